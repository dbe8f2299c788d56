package io.milena.smtp;

/**
 * The encoding of free text in ESMTP parameters (RFC 3461 §4): printable ASCII, with {@code +} and two upper-case hex
 * digits for {@code +}, {@code =} and the space.
 */
public final class Xtext {
    private Xtext() {}

    /** Whether the text is xtext, and the text that it stands for is printable ASCII (RFC 3461 §4.2, §4.4). */
    public static boolean valid(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '+') {
                if (i + 2 >= text.length() || !hex(text.charAt(i + 1)) || !hex(text.charAt(i + 2))) {
                    return false;
                }
                // A line end in a value would be a line end in a report's field.
                int octet = Integer.parseInt(text, i + 1, i + 3, 16);
                if (octet < ' ' || octet > '~') {
                    return false;
                }
                i += 2;
            } else if (c < '!' || c > '~' || c == '=') {
                return false;
            }
        }
        return true;
    }

    // RFC 3461 wants upper case; clients use both, and lower case is not ambiguous.
    private static boolean hex(char c) {
        return c >= '0' && c <= '9' || c >= 'A' && c <= 'F' || c >= 'a' && c <= 'f';
    }
}
