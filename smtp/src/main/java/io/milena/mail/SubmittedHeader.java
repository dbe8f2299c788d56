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
 * A header section made ready to travel (RFC 6409 §8): Received in front, Date and Message-ID where they are missing, Sender where policy says, Bcc,
 * Return-Path and what pretends to be our own Authentication-Results gone, an empty line at the end.
 *
 * @param octets of the section, with its empty line
 */
public record SubmittedHeader(byte[] octets, Optional<String> fromDomain) {
    // RFC 5321 §6.3: 100 hops were the old measure; today's paths are short and loops are fast.
    private static final int MAX_RECEIVED = 50;
    /** Octets of comments that a name is looked for behind. */
    private static final int LONGEST_BEFORE_NAME = 1000;

    /**
     * Edits the fields of a section; a message that has come through too many hosts is refused. {@code sender} replaces what Sender says
     * (RFC 6409 §8.1).
     */
    public static Parsed<SubmittedHeader> edit(
            List<HeaderField> all, Optional<Mailbox> sender, Trace trace, Instant now) {
        if (all.stream().filter(field -> field.is("Received")).count() > MAX_RECEIVED) {
            return Parsed.bad(Replies.LOOP);
        }
        var out = new ByteArrayOutputStream(
                all.stream().mapToInt(field -> field.raw().length()).sum() + 400);
        write(out, trace.field(now));
        if (missing(all, "Message-ID")) {
            write(out, "Message-ID: <" + trace.id() + "@" + trace.hostname() + ">\r\n");
        }
        if (missing(all, "Date")) {
            write(out, "Date: " + MailDate.of(now) + "\r\n");
        }
        sender.ifPresent(mailbox -> write(out, "Sender: " + octets(mailbox) + "\r\n"));
        for (var field : all) {
            // RFC 5322 §3.6.3: who is in Bcc is no one else's business; RFC 5321 §4.4: Return-Path is the last hop's to
            // add.
            if (!field.is("Bcc")
                    && !field.is("Resent-Bcc")
                    && !field.is("Return-Path")
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
                        .filter(field -> field.is("From"))
                        .findFirst()
                        .flatMap(from -> AddressField.read(from).firstDomain())));
    }

    /** RFC 8601 §5: who reads our name in Authentication-Results believes it, so it never comes from outside. */
    private static boolean speaksForUs(HeaderField field, String hostname) {
        if (!field.is("Authentication-Results")) {
            return false;
        }
        // RFC 8601 §2.2: comments may stand before the name, and it may be quoted. One that hides behind many is taken
        // for ours.
        var text = field.text();
        var name = text.substring(0, Math.min(text.length(), LONGEST_BEFORE_NAME))
                .replaceFirst("^(\\([^()]*\\)\\s*)*\"?", "")
                .split("[\\s;(\"]", 2)[0];
        return name.isEmpty() || name.equalsIgnoreCase(hostname);
    }

    /** One char per octet, as in {@link HeaderField}; the domain is in A-labels. */
    private static String octets(Mailbox mailbox) {
        return new String(mailbox.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static boolean missing(List<HeaderField> fields, String name) {
        return fields.stream().noneMatch(field -> field.is(name));
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
