package io.milena.standalone.split;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The reason why a process ended, as far as its log tells: the innermost cause of the last exception, or else the last
 * line. Immutable.
 */
final class LastWords {
    private static final Pattern FRAME = Pattern.compile("\\s+(at |\\.\\.\\. \\d+ more).*");
    private static final Pattern CAUSE = Pattern.compile("Caused by: (?:[\\w.$]+: )?(.+)");

    private LastWords() {}

    static String of(String log) {
        var lines = log.lines()
                .filter(line -> !line.isBlank() && !FRAME.matcher(line).matches())
                .toList();
        return lines.isEmpty()
                ? "it said nothing"
                : cause(lines).orElseGet(() -> lines.getLast().strip().replaceFirst("^milena: ", ""));
    }

    private static Optional<String> cause(List<String> lines) {
        return lines.reversed().stream()
                .map(CAUSE::matcher)
                .filter(cause -> cause.matches())
                .map(cause -> cause.group(1))
                .findFirst();
    }
}
