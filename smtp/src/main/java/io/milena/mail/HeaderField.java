package io.milena.mail;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A header field (RFC 5322 §2.2): {@code raw} is name, colon, folded value and final CRLF, one char per octet (ISO
 * 8859-1).
 */
public record HeaderField(String name, String raw) {

    /** The value with its folds, without the final CRLF. */
    public String value() {
        String value = raw.substring(raw.indexOf(':') + 1);
        return value.endsWith("\r\n") ? value.substring(0, value.length() - 2) : value;
    }

    /** The value unfolded and stripped. */
    public String text() {
        return value().replace("\r\n", "").strip();
    }

    public boolean is(String other) {
        return name.equalsIgnoreCase(other);
    }

    /** DKIM's relaxed form (RFC 6376 §3.4.2), without the final CRLF. */
    public String relaxed() {
        var relaxed = new StringBuilder(name.strip().toLowerCase(Locale.ROOT)).append(':');
        int valueStart = relaxed.length();
        boolean space = false;
        var value = value();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\r' || c == '\n') {
                continue;
            }
            if (c == ' ' || c == '\t') {
                space = true;
                continue;
            }
            if (space && relaxed.length() > valueStart) {
                relaxed.append(' ');
            }
            space = false;
            relaxed.append(c);
        }
        return relaxed.toString();
    }

    /** The fields of a header section, in order; a line without a name ends the section. */
    public static List<HeaderField> parse(byte[] bytes, int length) {
        var section = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        var fields = new ArrayList<HeaderField>();
        int start = 0;
        while (start < section.length()) {
            int end = endOfField(section, start);
            var raw = section.substring(start, end);
            int colon = raw.indexOf(':');
            if (colon < 1) {
                break;
            }
            fields.add(new HeaderField(raw.substring(0, colon).strip(), raw));
            start = end;
        }
        return fields;
    }

    private static int endOfField(String section, int start) {
        int at = start;
        while (true) {
            int line = section.indexOf("\r\n", at);
            if (line < 0) {
                return section.length();
            }
            at = line + 2;
            if (at >= section.length() || section.charAt(at) != ' ' && section.charAt(at) != '\t') {
                return at;
            }
        }
    }
}
