package io.milena.standalone.command;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Merges the lines of several logs in the order of their times. A line without a time, for instance of a stack trace,
 * stays behind the one before it.
 */
final class LogMerge {
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d[,.]\\d{3}");
    /** Octets read from the end of each file, unless all of it is wanted. */
    private static final long TAIL = 4 << 20;

    private final List<Line> lines = new ArrayList<>();

    private record Line(String time, String text) {}

    /** Adds a log and, if {@code whole}, also its rotated files. */
    void add(String prefix, Path log, boolean whole, Predicate<String> wanted) {
        if (whole) {
            for (int i = 9; i >= 1; i--) {
                var older = Path.of(log + "." + i);
                if (Files.exists(older)) {
                    read(prefix, older, true, wanted);
                }
            }
        }
        read(prefix, log, whole, wanted);
    }

    private void read(String prefix, Path log, boolean whole, Predicate<String> wanted) {
        try (var in = new FileInputStream(log.toFile())) {
            long skipped = whole ? 0 : Math.max(0, Files.size(log) - TAIL);
            in.skipNBytes(skipped);
            var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            if (skipped > 0) {
                // The tail begins in the middle of a line.
                reader.readLine();
            }
            var time = "";
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                var match = TIME.matcher(line);
                if (match.lookingAt()) {
                    time = match.group();
                }
                if (wanted.test(line)) {
                    lines.add(new Line(time, prefix + line));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last lines, at most {@code limit}. */
    List<String> last(int limit) {
        // Stable: lines of one file with the same time keep their order.
        lines.sort(Comparator.comparing(Line::time));
        return lines.subList(Math.max(0, lines.size() - limit), lines.size()).stream()
                .map(Line::text)
                .toList();
    }
}
