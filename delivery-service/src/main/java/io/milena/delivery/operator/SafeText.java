package io.milena.delivery.operator;

import java.nio.charset.StandardCharsets;

/** Octets of strangers as text that does nothing to a terminal: no control characters, no changes of direction. */
public final class SafeText {
    private SafeText() {}

    /** The first {@code most} octets, as lines. */
    public static String of(byte[] octets, int most) {
        if (octets == null) {
            return "";
        }
        var text = new String(octets, 0, Math.min(most, octets.length), StandardCharsets.UTF_8).replace("\r\n", "\n");
        return safe(text, true);
    }

    /** In one line. */
    public static String line(String text) {
        return safe(text, false);
    }

    private static String safe(String text, boolean lines) {
        var safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> safe.appendCodePoint(isSafe(c) || (lines && c == '\n') ? c : '\uFFFD'));
        return safe.toString();
    }

    private static boolean isSafe(int c) {
        return c == '\t'
                || switch (Character.getType(c)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR -> false;
                    default -> true;
                };
    }
}
