package io.milena.bounce;

import io.milena.topics.ContentShape;
import io.milena.topics.Envelope;
import io.milena.topics.Envelope.DeliverBy;
import io.milena.topics.Failure;
import io.milena.topics.MailRecord;
import io.milena.topics.Outcome;
import io.milena.topics.Recipient;
import io.milena.topics.Wishes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Mail that failed, for tests: what they share, each thing at its usual value. */
final class Mails {
    static final Instant ACCEPTED = Instant.parse("2026-11-24T05:00:00Z");
    static final Instant NOW = Instant.parse("2026-11-24T05:00:07Z");
    static final String HEADER = """
            Received: from app.example.com by mail.example.com; Tue, 24 Nov 2026 05:00:00 +0000
            From: Alice <alice@example.com>
            To: bob@example.net
            Subject: Lunch on Thursday
            Date: Tue, 24 Nov 2026 06:00:00 +0100
            Message-ID: <lunch@example.com>

            """.replace("\n", "\r\n");

    private Mails() {}

    static MailRecord mail(String reversePath, String header, String body, Recipient... recipients) {
        return mail(reversePath, false, Optional.empty(), Optional.empty(), header, body, recipients);
    }

    static MailRecord mail(
            String reversePath,
            boolean smtpUtf8,
            Optional<String> envelopeId,
            Optional<String> ret,
            String header,
            String body,
            Recipient... recipients) {
        return mail(reversePath, smtpUtf8, envelopeId, ret, Optional.empty(), header, body, recipients);
    }

    static MailRecord mail(
            String reversePath,
            boolean smtpUtf8,
            Optional<String> envelopeId,
            Optional<String> ret,
            Optional<DeliverBy> deliverBy,
            String header,
            String body,
            Recipient... recipients) {
        return mail(reversePath, smtpUtf8, envelopeId, ret, deliverBy, 0, header, body, recipients);
    }

    private static MailRecord mail(
            String reversePath,
            boolean smtpUtf8,
            Optional<String> envelopeId,
            Optional<String> ret,
            Optional<DeliverBy> deliverBy,
            int priority,
            String header,
            String body,
            Recipient... recipients) {
        byte[] content = (header + body).getBytes(StandardCharsets.UTF_8);
        return new MailRecord(
                Envelope.of(
                                "0original0000001",
                                "a1",
                                reversePath,
                                List.of(recipients),
                                ACCEPTED,
                                Duration.ofHours(72),
                                ContentShape.plain(header.getBytes(StandardCharsets.UTF_8).length, content.length)
                                        .withSmtpUtf8(smtpUtf8)
                                        .withSigning(Optional.of("example.com"), Optional.empty()))
                        .withWishes(Wishes.NONE
                                .withDeliverBy(deliverBy)
                                .withPriority(priority)
                                .withReports(envelopeId, ret)),
                content);
    }

    /** Mail of this priority. */
    static MailRecord urgent(int priority, Recipient... recipients) {
        return mail(
                "alice@example.com",
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                priority,
                HEADER,
                "",
                recipients);
    }

    /** Mail that its sender gave an hour. */
    static MailRecord within(DeliverBy.Mode mode, Recipient... recipients) {
        var deadline = new DeliverBy(ACCEPTED.plusSeconds(3600), mode, false);
        return mail(
                "alice@example.com",
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.of(deadline),
                HEADER,
                "",
                recipients);
    }

    static Failure.Entry refused(String recipient) {
        return failed(
                recipient,
                Outcome.Type.BOUNCED,
                "5.1.1",
                Optional.of("550 5.1.1 <" + recipient + ">: no such mailbox here"),
                "The recipient's server refused the address.",
                Optional.of("mx.example.net"));
    }

    static Failure.Entry failed(
            String recipient,
            Outcome.Type type,
            String status,
            Optional<String> reply,
            String explanation,
            Optional<String> remoteMta) {
        return new Failure.Entry(recipient, type, status, reply, explanation, remoteMta, NOW);
    }

    /** The record as a consumer gives it. */
    static ConsumerRecord<byte[], byte[]> read(ProducerRecord<byte[], byte[]> written) {
        var record = new ConsumerRecord<>(written.topic(), 0, 7L, written.key(), written.value());
        written.headers().forEach(header -> record.headers().add(header));
        return record;
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
