package io.milena.smtp;

import java.nio.charset.StandardCharsets;

/**
 * Text of strangers (replies, addresses, header fields, reasons) made safe for logs, terminals and reports. Letters of
 * every script stay as they are; control characters (C0, C1), line and paragraph separators, format characters such as
 * bidirectional controls, halves of surrogate pairs, private use and unassigned code points are replaced. The methods
 * differ in white space, length and what stands instead.
 */
public final class SafeText {
    private static final int LONGEST_WORD = 300;

    private SafeText() {}

    /** One line for a terminal, a log or an API: U+FFFD for each character that is not safe, a space for a tab. */
    public static String line(String text) {
        return replaced(text, '\uFFFD', "");
    }

    /**
     * Several lines: the first {@code most} octets as UTF-8, with line feeds and tabs, and U+FFFD for each character
     * that is not safe.
     */
    public static String lines(byte[] octets, int most) {
        if (octets == null) {
            return "";
        }
        var text = new String(octets, 0, Math.min(most, octets.length), StandardCharsets.UTF_8).replace("\r\n", "\n");
        return replaced(text, '\uFFFD', "\n\t");
    }

    /**
     * One word of a log line, at most 300 characters: no stranger can begin another line or another key. '_' for what
     * is not safe and for white space.
     */
    public static String word(String text) {
        var word = new StringBuilder(Math.min(text.length(), LONGEST_WORD));
        text.codePoints()
                .limit(LONGEST_WORD)
                .forEach(c -> word.appendCodePoint(isSafe(c) && !Character.isSpaceChar(c) ? c : '_'));
        return word.toString();
    }

    /**
     * One line of a report, at most {@code longest} characters: each run of white space is one space, '?' for what is
     * not safe.
     */
    public static String excerpt(String text, int longest) {
        var line = new StringBuilder(Math.min(text.length(), longest));
        boolean space = false;
        for (int i = 0; i < text.length() && line.length() < longest; ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                space = !line.isEmpty();
                continue;
            }
            if (space) {
                line.append(' ');
                space = false;
            }
            line.appendCodePoint(isSafe(c) ? c : '?');
        }
        return line.toString();
    }

    /** {@link #excerpt} in ASCII: '?' also for each character beyond it. */
    public static String asciiExcerpt(String text, int longest) {
        var line = new StringBuilder();
        excerpt(text, longest).codePoints().forEach(c -> line.append(c < 0x80 ? (char) c : '?'));
        return line.toString();
    }

    /** One line with '?' for what is not safe, since it may have to stay ASCII; a space for a tab. */
    static String quoted(String text) {
        return replaced(text, '?', "");
    }

    private static String replaced(String text, char replacement, String kept) {
        var safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isSafe(c) || kept.indexOf(c) >= 0) {
                safe.appendCodePoint(c);
            } else {
                safe.append(c == '\t' ? ' ' : replacement);
            }
        });
        return safe.toString();
    }

    private static boolean isSafe(int c) {
        // Most text is ASCII.
        return c < 0x80
                ? c >= ' ' && c != 0x7f
                : switch (Character.getType(c)) {
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
