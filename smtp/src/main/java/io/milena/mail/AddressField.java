package io.milena.mail;

import io.milena.smtp.Mailbox;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The mailboxes that an address field names, in order: a mailbox-list or address-list (RFC 5322 §3.4), with groups (RFC
 * 6854).
 *
 * @param complete whether the whole field could be read; a sender must not be judged by less
 */
public record AddressField(List<Mailbox> mailboxes, boolean complete) {

    public static AddressField read(HeaderField field) {
        // Octets of UTF-8 in a field of an internationalized message (RFC 6532 §3.2).
        return new Reader(new String(field.text().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .read();
    }

    /** The domain of the first mailbox, which chooses the signing key. */
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
        /** Text outside angle brackets since the last separator. */
        private final StringBuilder outside = new StringBuilder();

        private String phrase = "";

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
                        // The text before it is the name of a group, not an address.
                        complete &= inside.isEmpty();
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
            var beside = outside.toString().strip();
            // The obsolete syntax has empty list elements (RFC 5322 §4.4).
            if (inside.isPresent()) {
                mailbox(inside.get().strip());
                complete &= beside.isEmpty();
                // Mail programs show a phrase that looks like an address as the sender: it is judged too.
                if (unquoted(phrase).indexOf('@') >= 0) {
                    mailbox(phrase);
                }
            } else if (!beside.isEmpty()) {
                mailbox(beside);
            }
            outside.setLength(0);
            phrase = "";
            inside = Optional.empty();
        }

        private void mailbox(String address) {
            var mailbox = Mailbox.parse(address);
            mailbox.ifPresent(mailboxes::add);
            // RFC 2047 §5: encoded words do not belong in an address, but some readers decode them.
            complete &= mailbox.isPresent() && !address.contains("=?");
        }

        private static String unquoted(String phrase) {
            var unquoted = new StringBuilder();
            boolean quoted = false;
            for (int i = 0; i < phrase.length(); i++) {
                char c = phrase.charAt(i);
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = !quoted;
                } else if (!quoted) {
                    unquoted.append(c);
                }
            }
            return unquoted.toString();
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
            // A second address in one element would go unjudged.
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
            if (inside.isEmpty()) {
                phrase = outside.toString().strip();
            }
            inside = inside.or(() -> Optional.of(address.substring(route)));
            outside.setLength(0);
        }
    }
}
