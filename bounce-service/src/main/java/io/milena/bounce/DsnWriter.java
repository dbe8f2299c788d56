package io.milena.bounce;

import io.milena.mail.HeaderField;
import io.milena.mail.RelaxedBodyHash;
import io.milena.smtp.DomainName;
import io.milena.smtp.SafeText;
import io.milena.topics.ContentShape;
import io.milena.topics.Envelope;
import io.milena.topics.MailRecord;
import io.milena.topics.MalformedRecordException;
import io.milena.topics.QueueId;
import io.milena.topics.Wishes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.regex.Pattern;

/**
 * Writes delivery status notifications: RFC 3464 and 3461 §6 (contents), 6522 (multipart/report), 6533 (international
 * addresses), 3834 (Auto-Submitted). Immutable, thread-safe.
 */
final class DsnWriter {
    private static final Pattern MESSAGE_ID = Pattern.compile("<[!-;=?-~]{1,400}@[!-;=?-~]{1,400}>");
    private static final int LONGEST_PATH = 512;

    private final String hostname;
    private final Duration lifetime;
    private final Clock clock;
    private final LongFunction<String> ids;

    DsnWriter(String hostname, Duration lifetime) {
        this(hostname, lifetime, Clock.systemUTC(), QueueId::next);
    }

    /** {@code ids} makes a queue id from the time in milliseconds. */
    DsnWriter(String hostname, Duration lifetime, Clock clock, LongFunction<String> ids) {
        this.hostname = hostname;
        this.lifetime = lifetime;
        this.clock = clock;
        this.ids = ids;
    }

    /** The report on these recipients of a message, all with one action, as mail for its sender. */
    MailRecord write(MailRecord mail, List<ReportedRecipient> recipients) {
        var action = recipients.getFirst().action();
        var now = clock.instant();
        var id = ids.apply(now.toEpochMilli());
        var sender = mailbox(mail.envelope().reversePath());
        var parts = List.of(
                BodyPart.text("text/plain; charset=utf-8", DsnText.of(hostname, mail, action, recipients)),
                DeliveryStatusPart.of(hostname, mail.envelope(), recipients),
                OriginalPart.of(mail, action));
        var boundary = boundary(id, parts);
        byte[] header = header(id, now, sender, mail, action, parts, boundary).getBytes(StandardCharsets.UTF_8);
        byte[] body = body(parts, boundary);
        return new MailRecord(envelope(id, now, sender, mail.envelope(), header, body), joined(header, body));
    }

    private String header(
            String id,
            Instant now,
            String sender,
            MailRecord mail,
            Action action,
            List<BodyPart> parts,
            String boundary) {
        boolean eightBit = parts.stream().anyMatch(part -> part.encoding().equals("8bit"));
        var original = messageId(mail);
        return new FieldWriter()
                .field("From", "Mail Delivery System <MAILER-DAEMON@" + hostname + ">")
                .field("To", "<" + sender + ">")
                .field("Subject", action.subject())
                .field("Date", FieldWriter.date(now))
                .field("Message-ID", "<" + id + ".dsn@" + hostname + ">")
                .field("In-Reply-To", original)
                .field("References", original)
                // RFC 3834 §5: keeps automatic responders from answering.
                .field("Auto-Submitted", "auto-replied")
                .field("MIME-Version", "1.0")
                .field("Content-Type", "multipart/report; report-type=delivery-status; boundary=\"" + boundary + "\"")
                .field("Content-Transfer-Encoding", eightBit ? "8bit" : "7bit")
                .emptyLine()
                .toString();
    }

    private static byte[] body(List<BodyPart> parts, String boundary) {
        var body = new ByteArrayOutputStream();
        for (var part : parts) {
            ascii(body, "--" + boundary + "\r\n");
            ascii(
                    body,
                    new FieldWriter()
                            .field("Content-Type", part.contentType())
                            .field("Content-Transfer-Encoding", part.encoding())
                            .emptyLine()
                            .toString());
            body.writeBytes(part.body());
            // RFC 2046 §5.1.1: the line end before a boundary belongs to the boundary.
            ascii(body, "\r\n");
        }
        ascii(body, "--" + boundary + "--\r\n");
        return body.toByteArray();
    }

    private Envelope envelope(String id, Instant now, String sender, Envelope original, byte[] header, byte[] body) {
        var hash = new RelaxedBodyHash();
        hash.update(body, 0, body.length);
        boolean utf8 = !BodyPart.isSevenBit(header);
        var content = ContentShape.plain(header.length, header.length + body.length)
                .withSmtpUtf8(utf8)
                .withEightBit(utf8 || !BodyPart.isSevenBit(body))
                .withSigning(Optional.of(hostname.toLowerCase(Locale.ROOT)), Optional.of(hash.finish()));
        return Envelope.ofPlatform(id, sender, now, lifetime, content)
                // RFC 8689 §5: a report about a message with REQUIRETLS needs the same care. RFC 6710 §4.6: it has the
                // message's priority.
                .withWishes(Wishes.NONE
                        .withTls(original.wishes().requireTls(), false)
                        .withPriority(original.wishes().priority()));
    }

    /** A boundary that no part contains, whatever its author wrote. */
    private static String boundary(String id, List<BodyPart> parts) {
        for (int i = 0; ; i++) {
            // "=_" can stand in neither quoted-printable nor base64 (RFC 2045 §6.7).
            var boundary = "=_milena_" + id + (i == 0 ? "" : "_" + i);
            if (parts.stream().noneMatch(part -> contains(part.body(), boundary))) {
                return boundary;
            }
        }
    }

    private static boolean contains(byte[] bytes, String text) {
        return new String(bytes, StandardCharsets.ISO_8859_1).contains(text);
    }

    /** The reverse-path with its domain as A-labels; one that could break out of its header field is refused. */
    private static String mailbox(String reversePath) {
        int at = reversePath.lastIndexOf('@');
        if (at < 1
                || at == reversePath.length() - 1
                || reversePath.length() > LONGEST_PATH
                || !SafeText.excerpt(reversePath, LONGEST_PATH).equals(reversePath)) {
            throw new MalformedRecordException("reverse-path: " + SafeText.excerpt(reversePath, LONGEST_PATH));
        }
        var domain = reversePath.substring(at + 1);
        // RFC 5321 §4.1.3: an address literal stays as it is.
        var name = domain.startsWith("[")
                ? domain
                : DomainName.parse(domain)
                        .orElseThrow(() -> new MalformedRecordException("domain of reverse-path: " + reversePath))
                        .text();
        return reversePath.substring(0, at) + "@" + name;
    }

    private static Optional<String> messageId(MailRecord mail) {
        return HeaderField.parse(mail.content(), mail.envelope().content().headerLength()).stream()
                .filter(field -> field.is("Message-ID"))
                .map(HeaderField::text)
                .filter(id -> MESSAGE_ID.matcher(id).matches())
                .findFirst();
    }

    private static byte[] joined(byte[] header, byte[] body) {
        var all = new ByteArrayOutputStream(header.length + body.length);
        all.writeBytes(header);
        all.writeBytes(body);
        return all.toByteArray();
    }

    private static void ascii(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
