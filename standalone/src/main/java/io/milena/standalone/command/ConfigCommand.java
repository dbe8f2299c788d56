package io.milena.standalone.command;

import io.milena.standalone.operator.Command;
import io.milena.standalone.operator.Console;
import io.milena.standalone.operator.UsageException;
import io.milena.standalone.platform.Configuration;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** {@code config check FILE}: reports the errors of a properties file before it is used. */
@CommandLine.Command(
        name = "config",
        description = "Check a configuration file.",
        subcommands = ConfigCommand.Check.class)
final class ConfigCommand implements Command {
    @Override
    public int run(Console console, Map<String, String> environment) {
        throw new UsageException("config: no action is given (expected: check FILE)");
    }

    @CommandLine.Command(
            name = "check",
            description =
                    "Find unknown keys and bad values in a properties file: one sentence each, with file and line.")
    static final class Check implements Command {
        @Parameters(paramLabel = "FILE", description = "As for up --config FILE.")
        private Path file = Path.of("");

        @Override
        public int run(Console console, Map<String, String> environment) {
            var settings = Configuration.read(file);
            var problems = Configuration.problems(settings);
            problems.forEach(console::complain);
            if (problems.isEmpty()) {
                console.say("%s: %d settings, nothing is wrong".formatted(file, settings.size()));
            }
            return problems.isEmpty() ? 0 : 1;
        }
    }
}
