package io.milena.standalone.command;

import io.milena.standalone.operator.Command;
import io.milena.standalone.operator.Console;
import io.milena.standalone.split.SplitCommands;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code down}: ends the platform of a data directory, in one process or split. */
@CommandLine.Command(name = "down", description = "End the platform of a data directory in order.")
final class DownCommand implements Command {
    @Mixin
    private DataOption data = new DataOption();

    @Override
    public int run(Console console, Map<String, String> environment) {
        SplitCommands.down(data.path());
        return 0;
    }
}
