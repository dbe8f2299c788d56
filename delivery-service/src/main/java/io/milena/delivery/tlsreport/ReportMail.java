package io.milena.delivery.tlsreport;

import io.milena.mail.MailDate;
import io.milena.mail.RelaxedBodyHash;
import io.milena.smtp.Mailbox;
import io.milena.topics.ContentShape;
import io.milena.topics.Envelope;
import io.milena.topics.MailRecord;
import io.milena.topics.QueueId;
import io.milena.topics.Wishes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Base64;
import java.util.Optional;

/** Writes a report as mail (RFC 8460 §5.3, RFC 6522, RFC 8689 §3). Immutable, thread-safe. */
record ReportMail(Submitter submitter) {
    // RFC 8460 §5.5: a report is retried for a day.
    static final Duration LIFETIME = Duration.ofHours(24);
    // RFC 2045 §6.8.
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(76, "\r\n".getBytes(StandardCharsets.US_ASCII));

    /** A report that is ready to send. */
    record Ready(String domain, LocalDate day, String id, byte[] gzip) {
        // RFC 8460 §5.1.
        String filename(Submitter submitter) {
            return submitter.domain() + "!" + domain + "!"
                    + TlsReport.start(day).getEpochSecond() + "!"
                    + (TlsReport.end(day).getEpochSecond() - 1) + ".json.gz";
        }
    }

    MailRecord write(Ready report, Mailbox to, Instant now) {
        var id = QueueId.next(now.toEpochMilli());
        // "=_" occurs neither in base64 nor in the other parts.
        var boundary = "=_milena_" + id;
        byte[] header = ascii(header(report, to, now, id, boundary));
        byte[] body = ascii(body(report, boundary));
        return new MailRecord(envelope(id, to, now, header, body), joined(header, body));
    }

    private String header(Ready report, Mailbox to, Instant now, String id, String boundary) {
        var domain = submitter.domain();
        return String.join(
                "\r\n",
                "From: TLS reports <" + submitter.contact() + ">",
                "To: <" + to + ">",
                // RFC 8460 §5.3; folded, since a domain may have 255 octets.
                "Subject: Report Domain: " + report.domain(),
                " Submitter: " + domain,
                " Report-ID: <" + report.id() + ">",
                "Date: " + MailDate.of(now),
                "Message-ID: <" + id + ".tlsrpt@" + domain + ">",
                "TLS-Report-Domain: " + report.domain(),
                "TLS-Report-Submitter: " + domain,
                // RFC 8460 §3: it must arrive despite the failures that it reports; RFC 8689 §3 tells that to every
                // host on the way.
                "TLS-Required: No",
                // RFC 3834 §5: keeps vacation programs and the like from answering.
                "Auto-Submitted: auto-generated",
                "MIME-Version: 1.0",
                "Content-Type: multipart/report; report-type=\"tlsrpt\";",
                " boundary=\"" + boundary + "\"",
                "",
                "");
    }

    private String body(Ready report, String boundary) {
        return String.join(
                "\r\n",
                "--" + boundary,
                "Content-Type: text/plain; charset=us-ascii",
                "Content-Transfer-Encoding: 7bit",
                "",
                "This is a report on TLS connections (RFC 8460)",
                "to the mail hosts of " + report.domain(),
                "by " + submitter.domain(),
                "on " + report.day() + " (UTC).",
                "",
                "Failures are listed up to " + DomainDay.MOST_FAILURES + " kinds, and counted all.",
                "",
                "--" + boundary,
                "Content-Type: application/tlsrpt+gzip",
                "Content-Transfer-Encoding: base64",
                "Content-Disposition: attachment;",
                " filename=\"" + report.filename(submitter) + "\"",
                "",
                BASE64.encodeToString(report.gzip()),
                "--" + boundary + "--",
                "");
    }

    private Envelope envelope(String id, Mailbox to, Instant now, byte[] header, byte[] body) {
        var hash = new RelaxedBodyHash();
        hash.update(body, 0, body.length);
        var content = ContentShape.plain(header.length, header.length + body.length)
                .withSigning(Optional.of(submitter.domain()), Optional.of(hash.finish()));
        // RFC 8460 names no reverse-path. The null one makes a loop impossible: nothing answers to it, and no DSN of
        // ours or
        // of another's is reported on. The outcome tells what became of the report.
        return Envelope.ofPlatform(id, to.toString(), now, LIFETIME, content)
                .withWishes(Wishes.NONE.withTls(false, true));
    }

    private static byte[] joined(byte[] header, byte[] body) {
        var all = new ByteArrayOutputStream(header.length + body.length);
        all.writeBytes(header);
        all.writeBytes(body);
        return all.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
