package io.milena.bounce;

/** Makes what others wrote (replies, addresses, header fields) safe to stand on a line of ours: no line end, NUL or other control gets through. */
final class CleanText {
    private CleanText() {}

    /** One line of at most {@code longest} characters; each run of white space is one space, each control a '?'. */
    static String line(String text, int longest) {
        var clean = new StringBuilder(Math.min(text.length(), longest));
        boolean space = false;
        for (int i = 0; i < text.length() && clean.length() < longest; ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                space = !clean.isEmpty();
                continue;
            }
            if (space) {
                clean.append(' ');
                space = false;
            }
            clean.appendCodePoint(isPlain(c) ? c : '?');
        }
        return clean.toString();
    }

    /** The same in ASCII, anything else a '?'. */
    static String ascii(String text, int longest) {
        var line = line(text, longest);
        return isAscii(line)
                ? line
                : line.codePoints()
                        .map(c -> c < 0x80 ? c : '?')
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    static boolean isAscii(CharSequence text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    /** No control, no half of a surrogate pair, and nothing that turns the direction of the text around it. */
    private static boolean isPlain(int c) {
        int type = Character.getType(c);
        return type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR;
    }
}
