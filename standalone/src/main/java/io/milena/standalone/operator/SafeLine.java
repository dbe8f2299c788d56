package io.milena.standalone.operator;

/** Text for a terminal in one line: what would move the cursor, change the colours or turn the direction is replaced. */
final class SafeLine {
    private SafeLine() {}

    static String of(String text) {
        var safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> safe.appendCodePoint(isSafe(c) ? c : '\uFFFD'));
        return safe.toString();
    }

    private static boolean isSafe(int c) {
        return c == '\t'
                || switch (Character.getType(c)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR -> false;
                    default -> true;
                };
    }
}
