package io.milena.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.milena.smtp.CommandParser;
import io.milena.smtp.SlowDotDecoder;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The longest line and the longest header field that can come: the input's first line, and its second one over and
 * over.
 */
class LinearTimeFuzzTest {
    private static final int LONGEST_COMMAND = 12_288;
    private static final int LONGEST_FIELD = 200_000;
    /** Linear work takes a few milliseconds of it. */
    private static final long LIMIT_NANOS = 1_000_000_000;

    private static final CommandParser PARSER = new CommandParser("mx.milena.test");

    @FuzzTest
    void noLineTakesLongForItsLength(byte[] input) {
        var parts = new String(input, StandardCharsets.ISO_8859_1).split("\n", 3);
        if (parts.length < 2 || parts[1].isEmpty() || input.length > 100) {
            return;
        }
        var command = octets(parts[0] + parts[1].repeat(LONGEST_COMMAND / parts[1].length()));
        var end = parts.length > 2 ? parts[2] : "";
        var field = octets(SlowDotDecoder.mended(parts[0].replace('/', '\n')
                + parts[1].replace('/', '\n').repeat(LONGEST_FIELD / parts[1].length()) + end + "\r\n"));
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        PARSER.parse(command, 0, command.length);
        var scanner = new HeaderScanner();
        scanner.scan(field, 0, field.length);
        scanner.end();
        if (scanner.state() == HeaderScanner.State.COMPLETE) {
            var fields = HeaderField.parse(scanner.fields(), scanner.fields().length);
            SubmittedHeader.edit(fields, Optional.empty(), HeaderFuzzTest.TRACE, HeaderFuzzTest.NOW);
            fields.forEach(HeaderField::relaxed);
        }
        assertThat(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start)
                .as("CPU time, ns")
                .isLessThan(LIMIT_NANOS);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
