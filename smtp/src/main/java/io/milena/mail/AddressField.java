package io.milena.mail;

import io.milena.smtp.Mailbox;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The mailboxes that an address field names, in order: a mailbox-list or address-list (RFC 5322 §3.4), with groups (RFC
 * 6854).
 *
 * @param complete whether the whole field could be read, and other programs cannot take it for the address of somebody
 *     else (a group name with {@code @}, a source route); a sender must not be judged by less
 * @param named domains of two labels or more that a reader sees behind an {@code @} anywhere in the field, in lower-case
 *     A-labels: also in display names, comments and encoded words (RFC 2047)
 */
public record AddressField(List<Mailbox> mailboxes, boolean complete, List<String> named) {

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
        private static final Pattern SPACED = Pattern.compile("\\s*+([.@])\\s*+");

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
                        // The text before it is the name of a group. Programs that do not know groups (RFC 6854) show
                        // an address in it as the sender.
                        complete &=
                                inside.isEmpty() && unquoted(outside.toString()).indexOf('@') < 0;
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
            var shown = EncodedWords.decode(text);
            return new AddressField(mailboxes, complete && shown.complete(), NamedDomains.in(shown.text()));
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
            // The obsolete syntax allows white space beside dots and the at sign (RFC 5322 §4.4).
            mailbox.or(() -> Mailbox.parse(SPACED.matcher(address).replaceAll("$1")))
                    .ifPresent(mailboxes::add);
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
            // An old source route (RFC 5322 §4.4): @a,@b:local@domain. Some programs show its first host as the
            // sender's.
            int route = address.indexOf("@") == 0 ? address.indexOf(":") + 1 : 0;
            complete &= route == 0;
            if (inside.isEmpty()) {
                phrase = outside.toString().strip();
            }
            inside = inside.or(() -> Optional.of(address.substring(route)));
            outside.setLength(0);
        }
    }
}
