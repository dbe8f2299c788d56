package io.milena.mail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * DKIM's relaxed canonicalizations said as RFC 6376 says them, step by step, on the whole text at once: slow, and easy
 * to see to be right.
 */
final class SlowRelaxed {
    private SlowRelaxed() {}

    // RFC 6376 §3.4.4
    static String body(String body) {
        var lines = new ArrayList<>(List.of(body.split("\r\n", -1)));
        // Text behind the last CRLF is a line only if it is not empty.
        if (lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        lines.replaceAll(line -> withoutFinalSpace(withSingleSpaces(line)));
        while (!lines.isEmpty() && lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        var relaxed = new StringBuilder();
        lines.forEach(line -> relaxed.append(line).append("\r\n"));
        return relaxed.toString();
    }

    // RFC 6376 §3.4.2
    static String field(String field) {
        var unfolded = String.join("", Arrays.asList(field.split("\r\n")));
        int colon = unfolded.indexOf(':');
        var name = withoutFinalSpace(withSingleSpaces(unfolded.substring(0, colon)));
        var value = withoutFinalSpace(withSingleSpaces(unfolded.substring(colon + 1)));
        return inLowerCase(name) + ":" + (value.startsWith(" ") ? value.substring(1) : value);
    }

    private static String withSingleSpaces(String line) {
        var text = line.replace('\t', ' ');
        while (text.contains("  ")) {
            text = text.replace("  ", " ");
        }
        return text;
    }

    private static String withoutFinalSpace(String line) {
        return line.endsWith(" ") ? line.substring(0, line.length() - 1) : line;
    }

    private static String inLowerCase(String name) {
        var lower = new StringBuilder();
        name.chars().forEach(c -> lower.append((char) (c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c)));
        return lower.toString();
    }
}
