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

/** The grammar as a whole: help, errors, completion. */
class MilenaTest {
    private static final List<String> COMMANDS = List.of(
            "up",
            "start",
            "stop",
            "down",
            "config",
            "status",
            "logs",
            "send",
            "queue",
            "message",
            "orders",
            "shaping",
            "dead-letters",
            "group",
            "keys",
            "suspend",
            "bounce",
            "discard",
            "rebind",
            "throttle",
            "tls",
            "flush",
            "test",
            "bench",
            "faults",
            "sbom",
            "help",
            "version",
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
                "qeue | unknown command 'qeue'; did you mean queue?",
                "help qeue | unknown command 'qeue'; did you mean queue",
                "up --lives | unknown option '--lives'; did you mean --live?",
                "up --data | Missing required parameter for option '--data' (DIR)",
                "up now | up takes no 'now'",
                "up --brokers 3 | --brokers 3 needs --split",
                "stop --data /d | Missing required parameter: 'PART'",
                "test --short | unknown option '--short'",
                "completion fish | completion: unknown shell 'fish' (expected: bash or zsh)",
                "config | config: no action is given (expected: check FILE)",
                "shaping | shaping: no action is given (expected: explain DOMAIN)",
            })
    void nonsenseIsASentenceAndTwo(String line, String sentence) {
        assertThat(run(line.split(" "))).isEqualTo(2);

        assertThat(complained()).startsWith("milena: " + sentence).contains("Usage: milena ", "More: milena help");
        assertThat(said()).isEmpty();
    }

    @Test
    void whatIsWrongWithAFileIsASentenceEachWithItsLine(@TempDir Path dir) throws IOException {
        var file = Files.writeString(dir.resolve("milena.properties"), """
                # A comment that ends in a backslash \\
                milena.hostnam=foo
                milena.retry.lifetime = banana
                milena.smtp.ports=25,\\
                  587
                milena.smtp.max-message-size=abc
                milena.smtp.auth-requires-tls=perhaps
                milena.kafka.partitions=many
                milena.nothing.like-it-at-all=x
                melina.hostname=x
                milena.ingest.bare-newline=keep
                milena.delivery.pools."eu".x=a=1
                """);

        assertThat(run("config", "check", file.toString())).isEqualTo(1);

        assertThat(complained().lines())
                .containsExactly(
                        "milena: " + file + ":10: melina.hostname (expected: keys that begin with milena. or quarkus.)",
                        "milena: " + file + ":2: unknown key milena.hostnam; did you mean milena.hostname?",
                        "milena: " + file
                                + ":3: milena.retry.lifetime: banana (expected: a duration such as 500ms, 30s, 5m or 72h)",
                        "milena: " + file
                                + ":6: milena.smtp.max-message-size: abc (expected: a size such as 256K or 30M)",
                        "milena: " + file + ":7: milena.smtp.auth-requires-tls: perhaps (expected: true or false)",
                        "milena: " + file + ":8: milena.kafka.partitions: many (expected: a whole number)",
                        "milena: " + file
                                + ":9: unknown key milena.nothing.like-it-at-all; docs/configuration.md lists all keys",
                        "milena: " + file
                                + ":11: milena.ingest.bare-newline: keep (expected: one of normalize, reject)");
    }

    @Test
    void aSoundFileIsSaidToBeSo(@TempDir Path dir) throws IOException {
        var file = Files.writeString(dir.resolve("milena.properties"), """
                milena.hostname=mail.example.org
                milena.retry.delays=5s,1m
                milena.tls.hosts."*.example.com".certificate=cert.pem
                milena.kafka.client."security.protocol"=SSL
                milena.split.delivery-3-http-port=9000
                quarkus.http.port=8080
                """);

        assertThat(run("config", "check", file.toString())).isZero();
        assertThat(said()).contains("6 settings, nothing is wrong");
        assertThat(run("config", "check", dir.resolve("none").toString())).isEqualTo(2);
        assertThat(complained()).contains("cannot be read: there is none");
    }

    @Test
    void aPlatformDoesNotStartOnNonsense(@TempDir Path dir) throws IOException {
        var file = Files.writeString(dir.resolve("milena.properties"), "milena.smtp.port=25\n");

        assertThat(run("up", "--data", dir.resolve("data").toString(), "--config", file.toString()))
                .isEqualTo(2);

        assertThat(complained())
                .isEqualTo("milena: " + file + ":1: unknown key milena.smtp.port; did you mean milena.smtp.ports?"
                        + System.lineSeparator());
        assertThat(dir.resolve("data")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "--version"})
    void theVersionHasCommitAndTime(String line) {
        assertThat(run(line)).isZero();

        assertThat(said()).matches("milena \\d\\S+ \\(commit \\S+, built \\d{4}-\\S+Z\\)\\R");
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
