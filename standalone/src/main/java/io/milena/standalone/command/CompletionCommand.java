package io.milena.standalone.command;

import io.milena.standalone.operator.Command;
import io.milena.standalone.operator.Console;
import io.milena.standalone.operator.UsageException;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code completion bash}: a script that completes commands and options. */
@CommandLine.Command(
        name = "completion",
        description = "Print a script for the shell that completes commands and options.",
        footer = {"", "In a shell: source <(milena completion bash)"})
final class CompletionCommand implements Command {
    @Parameters(paramLabel = "bash|zsh", description = "The shell; both read the same script.")
    private String shell = "";

    @Spec
    private CommandSpec spec;

    @Override
    public int run(Console console, Map<String, String> environment) {
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            throw new UsageException("completion: unknown shell '" + shell + "' (expected: bash or zsh)");
        }
        console.out().print(AutoComplete.bash("milena", spec.root().commandLine()));
        return 0;
    }
}
