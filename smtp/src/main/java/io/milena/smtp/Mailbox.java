package io.milena.smtp;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A mailbox (RFC 5321 §4.1.2, RFC 6531 §3.3): the local-part as it was written, quotes included, and the domain in
 * lower-case A-labels or an address literal in brackets. Every instance is legal.
 *
 * @param utf8 whether it was written with characters beyond ASCII, in either part
 */
public record Mailbox(String localPart, String domain, boolean utf8) {
    // RFC 5321 §4.5.3.1.1
    private static final int MAX_LOCAL_PART = 64;
    // RFC 5321 §4.5.3.1.3, RFC 3696 erratum 1690: a path has 256 octets, its brackets among them.
    static final int MAX_OCTETS = 254;

    /** Reads {@code local-part@domain}; empty if the text is anything else. */
    public static Optional<Mailbox> parse(String text) {
        int at = endOfLocalPart(text);
        if (at < 1 || at >= text.length() || text.charAt(at) != '@') {
            return Optional.empty();
        }
        var localPart = text.substring(0, at);
        if (octets(localPart) > MAX_LOCAL_PART) {
            return Optional.empty();
        }
        var written = text.substring(at + 1);
        boolean utf8 = !DomainName.ascii(text);
        return (written.startsWith("[")
                        ? AddressLiteral.parse(written)
                        : DomainName.parse(written).map(DomainName::text))
                // As A-labels a domain is longer than it was written.
                .filter(domain -> octets(localPart) + 1 + domain.length() <= MAX_OCTETS)
                .map(domain -> new Mailbox(localPart, domain, utf8));
    }

    static int octets(String text) {
        return DomainName.ascii(text) ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Index after the dot-string or quoted-string that the text begins with; -1 if there is none. */
    static int endOfLocalPart(String text) {
        return text.startsWith("\"") ? endOfQuotedString(text) : endOfDotString(text);
    }

    private static int endOfQuotedString(String text) {
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                // An empty quoted string names nobody.
                return i > 1 ? i + 1 : -1;
            }
            if (c == '\\') {
                i++;
                if (i == text.length() || text.charAt(i) < ' ' || text.charAt(i) > '~') {
                    return -1;
                }
            } else if (c < ' ' || c == 0x7f || c >= 0x80 && c < 0xa0) {
                return -1;
            }
        }
        return -1;
    }

    private static int endOfDotString(String text) {
        int atoms = 0;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (atext(c)) {
                atoms++;
            } else if (c == '.' && atoms > 0) {
                atoms = 0;
            } else {
                break;
            }
            i++;
        }
        return atoms > 0 ? i : -1;
    }

    static boolean atext(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c >= 0xa0
                || "!#$%&'*+-/=?^_`{|}~".indexOf(c) >= 0;
    }

    @Override
    public String toString() {
        return localPart + "@" + domain;
    }
}
