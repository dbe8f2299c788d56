package io.milena.mail;

import io.milena.smtp.Mailbox;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The mailboxes that an address field names, in order: a mailbox-list or address-list (RFC 5322 §3.4), with groups (RFC 6854).
 *
 * @param complete whether everything in it could be read; who judges a sender trusts nothing less
 */
public record AddressField(List<Mailbox> mailboxes, boolean complete) {

    public static AddressField read(HeaderField field) {
        // Octets of UTF-8 in a field of an internationalized message (RFC 6532 §3.2).
        return new Reader(new String(field.text().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .read();
    }

    /** The domain of its first mailbox: it chooses the signing key. */
    public Optional<String> firstDomain() {
        return mailboxes.stream()
                .map(Mailbox::domain)
                .filter(domain -> !domain.startsWith("["))
                .findFirst();
    }

    private static final class Reader {
        private final String text;
        private int at;
        private final List<Mailbox> mailboxes = new ArrayList<>();
        private boolean complete = true;
        /** What stands outside angle brackets since the last separator; what stands inside them. */
        private final StringBuilder outside = new StringBuilder();

        private Optional<String> inside = Optional.empty();

        Reader(String text) {
            this.text = text;
        }

        AddressField read() {
            while (at < text.length()) {
                char c = text.charAt(at);
                switch (c) {
                    case '(' -> comment();
                    case '"' -> quoted(outside);
                    case '<' -> angle();
                    case ',', ';' -> {
                        element();
                        at++;
                    }
                    case ':' -> {
                        // The name of a group stands before it.
                        outside.setLength(0);
                        at++;
                    }
                    default -> {
                        outside.append(c);
                        at++;
                    }
                }
            }
            element();
            return new AddressField(mailboxes, complete);
        }

        private void element() {
            var address = inside.orElse(outside.toString()).strip();
            // The old syntax leaves list elements empty (RFC 5322 §4.4).
            if (inside.isPresent() || !address.isEmpty()) {
                var mailbox = Mailbox.parse(address);
                mailbox.ifPresent(mailboxes::add);
                complete &= mailbox.isPresent();
            }
            outside.setLength(0);
            inside = Optional.empty();
        }

        private void comment() {
            int depth = 0;
            do {
                char c = text.charAt(at++);
                if (c == '\\') {
                    at++;
                } else if (c == '(') {
                    depth++;
                } else if (c == ')') {
                    depth--;
                }
            } while (depth > 0 && at < text.length());
            complete &= depth == 0;
        }

        private void quoted(StringBuilder into) {
            int start = at++;
            while (at < text.length() && text.charAt(at) != '"') {
                at += text.charAt(at) == '\\' ? 2 : 1;
            }
            complete &= at < text.length();
            at = Math.min(at + 1, text.length());
            into.append(text, start, at);
        }

        private void angle() {
            // A second address in one element would be one that nobody looks at.
            complete &= inside.isEmpty();
            var address = new StringBuilder();
            at++;
            while (at < text.length() && text.charAt(at) != '>') {
                char c = text.charAt(at);
                if (c == '(') {
                    comment();
                } else if (c == '"') {
                    quoted(address);
                } else {
                    address.append(c);
                    at++;
                }
            }
            complete &= at < text.length();
            at++;
            // An old source route (RFC 5322 §4.4): @a,@b:local@domain
            int route = address.indexOf("@") == 0 ? address.indexOf(":") + 1 : 0;
            inside = inside.or(() -> Optional.of(address.substring(route)));
            outside.setLength(0);
        }
    }
}
