package io.milena.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.standalone.operator.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar as a whole: help, nonsense, completion. */
class MilenaTest {
    private static final List<String> COMMANDS = List.of(
            "up",
            "start",
            "stop",
            "status",
            "queue",
            "message",
            "orders",
            "shaping",
            "dead-letters",
            "suspend",
            "bounce",
            "discard",
            "rebind",
            "throttle",
            "tls",
            "flush",
            "test",
            "bench",
            "help",
            "completion");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        var console = new Console(stream(out), stream(err), Clock.systemUTC(), Optional.empty());
        return Milena.run(console, Map.of(), arguments);
    }

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--help", "-h", "help"})
    void helpListsEveryCommandInALine(String line) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isZero();

        assertThat(said()).startsWith("Usage: milena COMMAND");
        for (var command : COMMANDS) {
            assertThat(said().lines()).anyMatch(text -> text.matches("  " + command + " +[A-Z].*\\."));
        }
    }

    @Test
    void everyCommandHasHelp() {
        for (var command : COMMANDS) {
            out.reset();
            assertThat(run(command, "--help")).as(command).isZero();
            var byOption = said();
            out.reset();
            assertThat(run("help", command)).as(command).isZero();

            assertThat(said()).isEqualTo(byOption).startsWith("Usage: milena " + command);
            assertThat(said().lines()).as(command).allMatch(text -> text.length() <= 100);
        }
    }

    @Test
    void anActionOfACommandHasHelpToo() {
        assertThat(run("help", "dead-letters", "show")).isZero();

        assertThat(said()).startsWith("Usage: milena dead-letters show").contains("--raw");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run | unknown command 'run'",
                "qeue | unknown command 'qeue'; did you mean queue",
                "help qeue | unknown command 'qeue'; did you mean queue",
                "up --lives | unknown option '--lives'; did you mean --live?",
                "up --data | Missing required parameter for option '--data' (DIR)",
                "up now | up takes no 'now'",
                "up --brokers 3 | --brokers 3 needs --split",
                "stop --data /d | Missing required parameter: 'PART'",
                "test --short | unknown option '--short'",
                "completion fish | completion: unknown shell 'fish' (expected: bash or zsh)",
                "shaping | shaping: no action is given (expected: explain DOMAIN)",
            })
    void nonsenseIsASentenceAndTwo(String line, String sentence) {
        assertThat(run(line.split(" "))).isEqualTo(2);

        assertThat(complained()).startsWith("milena: " + sentence).contains("Usage: milena ", "More: milena help");
        assertThat(said()).isEmpty();
    }

    @Test
    void theScriptForTheShellIsOneThatBashReads(@TempDir Path dir) throws IOException, InterruptedException {
        assertThat(run("completion", "bash")).isZero();

        var script = Files.writeString(dir.resolve("completion"), said());
        var bash = new ProcessBuilder(
                        "bash",
                        "-c",
                        "source " + script
                                + "; COMP_WORDS=(milena dead-letters sh); COMP_CWORD=2; _complete_milena 2> /dev/null; echo \"${COMPREPLY[@]}\"")
                .redirectErrorStream(true)
                .start();
        assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
                .isEqualTo("show");
        assertThat(bash.waitFor()).isZero();
    }
}
