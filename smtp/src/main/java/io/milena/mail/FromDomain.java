package io.milena.mail;

import io.milena.smtp.DomainName;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The domain of the first address in a From: field (RFC 5322 §3.6.2), lower-case A-labels: it chooses the signing key. */
public final class FromDomain {
    private FromDomain() {}

    public static Optional<String> of(HeaderField from) {
        // Octets of UTF-8 in a field of an internationalized message (RFC 6532 §3.2).
        var value = new String(from.text().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        var plain = withoutCommentsAndQuotes(value);
        int open = plain.indexOf('<');
        int at = plain.indexOf('@', Math.max(open, 0));
        if (at < 0) {
            return Optional.empty();
        }
        int end = at + 1;
        while (end < plain.length() && ">,; \t\r\n:".indexOf(plain.charAt(end)) < 0) {
            end++;
        }
        return DomainName.parse(plain.substring(at + 1, end)).map(DomainName::text);
    }

    /** A display name or comment may hold '<' and '@' that mean nothing. */
    private static String withoutCommentsAndQuotes(String value) {
        var plain = new StringBuilder();
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && (quoted || depth > 0)) {
                i++;
            } else if (c == '"' && depth == 0) {
                quoted = !quoted;
            } else if (!quoted && c == '(') {
                depth++;
            } else if (!quoted && c == ')' && depth > 0) {
                depth--;
            } else if (!quoted && depth == 0) {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
