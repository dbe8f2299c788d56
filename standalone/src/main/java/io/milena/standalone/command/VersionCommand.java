package io.milena.standalone.command;

import io.milena.service.BuildInfo;
import io.milena.standalone.operator.Command;
import io.milena.standalone.operator.Console;
import java.util.Map;
import picocli.CommandLine;

/** {@code version}: prints version, commit and build time of this program. */
@CommandLine.Command(name = "version", description = "Print version, commit and build time.")
final class VersionCommand implements Command {
    @Override
    public int run(Console console, Map<String, String> environment) {
        console.say("milena " + BuildInfo.current());
        return 0;
    }
}
