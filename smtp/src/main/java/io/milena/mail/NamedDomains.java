package io.milena.mail;

import io.milena.smtp.DomainName;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * The domains that a reader sees behind an {@code @} anywhere in an address field: in addresses, display names, group
 * names, comments and source routes. Letters of other scripts that look alike are not recognized.
 */
final class NamedDomains {
    private NamedDomains() {}

    /** Domains of two labels or more in lower-case A-labels, in order; {@code shown} has no encoded words. */
    static List<String> in(String shown) {
        var text = visible(shown);
        var domains = new LinkedHashSet<String>();
        for (int at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
            domain(text, at + 1).ifPresent(domains::add);
        }
        return List.copyOf(domains);
    }

    /** Without quoting and invisible characters, and with the usual at sign and full stop for those that look alike. */
    private static StringBuilder visible(String shown) {
        var text = new StringBuilder(shown.length());
        shown.codePoints().forEach(c -> {
            switch (c) {
                case '\uff20', '\ufe6b' -> text.append('@');
                case '\u3002', '\uff0e', '\uff61', '\ufe52' -> text.append('.');
                case '\uff0d', '\ufe63' -> text.append('-');
                case '\\' -> {}
                case '"' -> {
                    // One quoted string ends where the next begins.
                    if (!text.isEmpty() && text.charAt(text.length() - 1) == '"') {
                        text.setLength(text.length() - 1);
                    } else {
                        text.append('"');
                    }
                }
                default -> {
                    if (!invisible(c)) {
                        text.appendCodePoint(c);
                    }
                }
            }
        });
        return text;
    }

    /** Formatting, controls, and the letters and marks of Unicode's Default_Ignorable_Code_Point. */
    private static boolean invisible(int c) {
        return Character.getType(c) == Character.FORMAT
                || Character.isISOControl(c) && !Character.isWhitespace(c)
                || c == 0x34f
                || c >= 0x115f && c <= 0x1160
                || c >= 0x17b4 && c <= 0x17b5
                || c >= 0x180b && c <= 0x180f
                || c == 0x3164
                || c >= 0xfe00 && c <= 0xfe0f
                || c == 0xffa0
                || c >= 0xe0000 && c <= 0xe0fff;
    }

    private static Optional<String> domain(StringBuilder text, int from) {
        int start = from;
        while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        int end = start;
        while (end < text.length()) {
            int c = text.codePointAt(end);
            if (!belongs(c)) {
                break;
            }
            end += Character.charCount(c);
        }
        while (end > start && "._-".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return DomainName.parse(text.substring(start, end))
                .filter(domain -> domain.labels() > 1)
                .map(DomainName::text);
    }

    private static boolean belongs(int c) {
        return "._-".indexOf(c) >= 0
                || Character.isLetterOrDigit(c)
                || Character.getType(c) == Character.NON_SPACING_MARK
                || Character.getType(c) == Character.COMBINING_SPACING_MARK;
    }
}
