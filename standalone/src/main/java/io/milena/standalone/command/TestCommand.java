package io.milena.standalone.command;

import io.milena.standalone.operator.Command;
import io.milena.standalone.operator.Console;
import io.milena.standalone.operator.RefusedException;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code test}: its help only, since the script {@code ./milena} runs the tests with Maven. */
@CommandLine.Command(name = "test", description = "Build everything and run every test.")
final class TestCommand implements Command {
    @Option(names = "--long", description = "Also the tests that take long, and a short round of faults.")
    private boolean takesLong;

    @Override
    public int run(Console console, Map<String, String> environment) {
        throw new RefusedException("the script ./milena in the project's directory runs the tests"
                + (takesLong ? ", also those that take long" : ""));
    }
}
