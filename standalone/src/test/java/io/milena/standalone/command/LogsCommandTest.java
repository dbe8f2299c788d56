package io.milena.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.standalone.operator.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogsCommandTest {
    @TempDir
    private Path dir;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void logs() throws IOException {
        var log = Files.createDirectories(dir.resolve("log"));
        Files.writeString(log.resolve("delivery.log.1"), "2026-11-24 11:59:00,000 old m1\n");
        Files.writeString(log.resolve("delivery.log"), """
                2026-11-24 12:00:00,100 begun m1
                2026-11-24 12:00:02,000 it broke
                java.lang.IllegalStateException
                """);
        Files.writeString(log.resolve("ingest.log"), "2026-11-24 12:00:01,000 accepted m1\n");
    }

    private int run(String... arguments) {
        var console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Clock.systemUTC(),
                Optional.empty());
        var line = new String[arguments.length + 3];
        line[0] = "logs";
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        line[arguments.length + 1] = "--data";
        line[arguments.length + 2] = dir.toString();
        return Milena.run(console, Map.of(), line);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void linesOfAllPartsAreInTheOrderOfTheirTimes() {
        assertThat(run()).isZero();

        assertThat(said().lines())
                .containsExactly(
                        "delivery: 2026-11-24 12:00:00,100 begun m1",
                        "ingest: 2026-11-24 12:00:01,000 accepted m1",
                        "delivery: 2026-11-24 12:00:02,000 it broke",
                        "delivery: java.lang.IllegalStateException");
    }

    @Test
    void onePartHasItsLastLines() {
        assertThat(run("delivery", "--lines", "1")).isZero();

        assertThat(said().lines()).containsExactly("java.lang.IllegalStateException");
    }

    @Test
    void aMessageIsFollowedThroughTheParts() {
        assertThat(run("--message", "m1")).isZero();

        assertThat(said().lines())
                .containsExactly(
                        "delivery: 2026-11-24 11:59:00,000 old m1",
                        "delivery: 2026-11-24 12:00:00,100 begun m1",
                        "ingest: 2026-11-24 12:00:01,000 accepted m1");
    }

    @Test
    void aPartWithoutALogIsRefused() {
        assertThat(run("auth")).isEqualTo(1);

        assertThat(err.toString(StandardCharsets.UTF_8)).contains("there is no log of auth in " + dir.resolve("log"));
    }

    @Test
    void theTailGivesWholeLinesAlsoOfAFileThatBeginsAnew() throws IOException {
        var file = Files.writeString(dir.resolve("a.log"), "before\n");
        var tail = LogTail.atEnd(file);

        Files.writeString(file, "one\ntw", StandardOpenOption.APPEND);
        assertThat(tail.lines()).containsExactly("one");
        Files.writeString(file, "o\n", StandardOpenOption.APPEND);
        assertThat(tail.lines()).containsExactly("two");

        Files.writeString(file, "new\n");
        assertThat(tail.lines()).containsExactly("new");
        assertThat(tail.lines()).isEmpty();
    }
}
