package io.milena.standalone.command;

import io.milena.standalone.operator.Command;
import io.milena.standalone.operator.Console;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/**
 * {@code help}: part of the grammar only for the list of commands; {@link Milena} turns it into {@code COMMAND --help}.
 */
@CommandLine.Command(name = "help", description = "Print the help of a command.")
final class HelpCommand implements Command {
    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "Such as: dead-letters show.")
    private List<String> command = List.of();

    @Override
    public int run(Console console, Map<String, String> environment) {
        throw new IllegalStateException("not rewritten: help " + command);
    }
}
