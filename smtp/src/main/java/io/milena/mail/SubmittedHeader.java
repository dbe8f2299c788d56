package io.milena.mail;

import io.milena.smtp.Mailbox;
import io.milena.smtp.Parsed;
import io.milena.smtp.Replies;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A header section made ready to travel (RFC 6409 §8): Received in front, Date and Message-ID where they are missing or
 * say nothing that can be used, Sender where policy says, Bcc, Return-Path, every X-Milena field, X-SMTPAPI, an empty
 * From or Sender and forged Authentication-Results of ours removed, an empty line at the end.
 *
 * @param octets the section with its empty line
 * @param priority the values of all X-Milena-Priority fields
 * @param tags the values of all X-Milena-Tag fields
 * @param tlsOptional whether the section has {@code TLS-Required: No} (RFC 8689 §3)
 */
public record SubmittedHeader(
        byte[] octets, Optional<String> fromDomain, List<String> priority, List<String> tags, boolean tlsOptional) {
    /** Begins the names of fields that are for the platform; recipients see none of them. */
    private static final String OURS = "X-Milena-";
    /** For clients that cannot send MT-PRIORITY. */
    private static final String PRIORITY = OURS + "Priority";

    private static final String TAG = OURS + "Tag";
    /** Instructions for SendGrid in JSON; with substitutions for all recipients, which none of them may see. */
    private static final String SENDGRID = "X-SMTPAPI";

    private static final String ID = "Message-ID";
    // RFC 5321 §6.3: 100 hops were usual; today's paths are shorter, and loops are fast.
    private static final int MAX_RECEIVED = 50;

    /**
     * Edits the fields of a section; a message that has come through too many hosts is refused. {@code sender} replaces
     * the value of Sender (RFC 6409 §8.1).
     */
    public static Parsed<SubmittedHeader> edit(
            List<HeaderField> all, Optional<Mailbox> sender, Trace trace, Instant now) {
        if (all.stream().filter(field -> field.is("Received")).count() > MAX_RECEIVED) {
            return Parsed.bad(Replies.LOOP);
        }
        var out = new ByteArrayOutputStream(
                all.stream().mapToInt(field -> field.raw().length()).sum() + 400);
        write(out, trace.field(now));
        // RFC 6409 §8.2, §8.3: a field that is not valid is replaced, before the message is signed.
        boolean hasId = all.stream().anyMatch(field -> field.is(ID) && UsableField.messageId(field, trace.smtpUtf8()));
        boolean hasDate = all.stream().anyMatch(field -> field.is("Date") && UsableField.date(field));
        if (!hasId) {
            write(out, "Message-ID: <" + trace.id() + "@" + trace.hostname() + ">\r\n");
        }
        if (!hasDate) {
            write(out, "Date: " + MailDate.of(now) + "\r\n");
        }
        sender.ifPresent(mailbox -> write(out, "Sender: " + octets(mailbox) + "\r\n"));
        for (var field : all) {
            // RFC 5322 §3.6.3: recipients must not see Bcc; RFC 5321 §4.4: Return-Path is the last hop's to
            // add.
            if (!saysNothing(field, trace.smtpUtf8())
                    && !field.is("Bcc")
                    && !field.is("Resent-Bcc")
                    && !field.is("Return-Path")
                    && !field.is(SENDGRID)
                    && !isOurs(field)
                    && !(field.is("Sender") && sender.isPresent())
                    && !speaksForUs(field, trace.hostname())) {
                write(out, field.raw());
                if (!field.raw().endsWith("\r\n")) {
                    write(out, "\r\n");
                }
            }
        }
        write(out, "\r\n");
        return Parsed.good(new SubmittedHeader(
                out.toByteArray(),
                all.stream()
                        .filter(field -> field.is("From") && !UsableField.empty(field))
                        .findFirst()
                        .flatMap(from -> AddressField.read(from).firstDomain()),
                texts(all, PRIORITY),
                texts(all, TAG),
                all.stream()
                        .anyMatch(field ->
                                field.is("TLS-Required") && field.text().strip().equalsIgnoreCase("No"))));
    }

    private static boolean isOurs(HeaderField field) {
        return field.name().regionMatches(true, 0, OURS, 0, OURS.length());
    }

    private static List<String> texts(List<HeaderField> all, String name) {
        return all.stream()
                .filter(field -> field.is(name))
                .map(field -> field.text().strip())
                .toList();
    }

    /** RFC 8601 §5: readers trust Authentication-Results under our name, so none may come from outside. */
    private static boolean speaksForUs(HeaderField field, String hostname) {
        if (!field.is("Authentication-Results")) {
            return false;
        }
        var name = firstWord(field.text());
        return name.isEmpty() || name.equalsIgnoreCase(hostname);
    }

    /** One char per octet, as in {@link HeaderField}; the domain is in A-labels. */
    private static String octets(Mailbox mailbox) {
        return new String(mailbox.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** The token or quoted string behind any comments (RFC 8601 §2.2); empty if the comments do not end. */
    private static String firstWord(String text) {
        int at = 0;
        for (int depth = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (depth == 0 && c > ' ' && c != '(') {
                break;
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            at += c == '\\' ? 1 : 0;
        }
        var word = new StringBuilder();
        boolean quoted = at < text.length() && text.charAt(at) == '"';
        for (at += quoted ? 1 : 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (quoted ? c == '"' : c <= ' ' || ";(\"".indexOf(c) >= 0) {
                break;
            }
            if (c == '\\' && quoted && at + 1 < text.length()) {
                c = text.charAt(++at);
            }
            word.append(c);
        }
        return word.toString().strip();
    }

    private static boolean saysNothing(HeaderField field, boolean utf8) {
        return field.is(ID) && !UsableField.messageId(field, utf8)
                || field.is("Date") && !UsableField.date(field)
                || (field.is("From") || field.is("Sender")) && UsableField.empty(field);
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
