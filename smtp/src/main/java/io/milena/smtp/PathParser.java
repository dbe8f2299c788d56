package io.milena.smtp;

import java.util.Optional;

/**
 * Reads the path at the start of a command's argument, {@code <…>}, and says where the rest begins (RFC 5321 §4.1.2). A
 * source route is read and ignored, as RFC 5321 appendix C asks. Stateless.
 */
final class PathParser {
    /** The text between the brackets, without a source route, and the text after them. */
    record Bracketed(String address, String rest) {}

    private PathParser() {}

    static Optional<Bracketed> bracketed(String argument) {
        if (!argument.startsWith("<")) {
            return Optional.empty();
        }
        int start = afterSourceRoute(argument);
        int end = closing(argument, start);
        if (end < 0 || end + 1 < argument.length() && argument.charAt(end + 1) != ' ') {
            return Optional.empty();
        }
        var address = argument.substring(start, end);
        return Mailbox.octets(address) > Mailbox.MAX_OCTETS
                ? Optional.empty()
                : Optional.of(new Bracketed(address, argument.substring(end + 1).strip()));
    }

    /**
     * RFC 5321 §4.1.2, A-d-l: only a colon behind a list of domains ends a source route; others belong to the path or
     * follow it.
     */
    private static int afterSourceRoute(String argument) {
        int colon = argument.indexOf(':');
        if (colon < 0 || !argument.startsWith("<@")) {
            return 1;
        }
        for (var hop : argument.substring(1, colon).split(",", -1)) {
            if (!hop.startsWith("@") || DomainName.parse(hop.substring(1)).isEmpty()) {
                return 1;
            }
        }
        return colon + 1;
    }

    /** Index of the bracket that ends the path; brackets inside a quoted string are skipped. */
    private static int closing(String argument, int start) {
        boolean quoted = false;
        for (int i = start; i < argument.length(); i++) {
            char c = argument.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '>' && !quoted) {
                return i;
            }
        }
        return -1;
    }
}
