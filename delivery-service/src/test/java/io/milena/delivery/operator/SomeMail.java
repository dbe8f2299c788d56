package io.milena.delivery.operator;

import static io.milena.delivery.operator.Letters.octets;

import io.milena.topics.ContentShape;
import io.milena.topics.Envelope;
import io.milena.topics.Json;
import io.milena.topics.MailRecord;
import io.milena.topics.Outcome;
import io.milena.topics.QueueId;
import io.milena.topics.Recipient;
import io.milena.topics.Retrying;
import io.milena.topics.Topics;
import io.milena.topics.Wishes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** An accepted message, and the records that may exist of it. */
public record SomeMail(String id, Instant acceptedAt, Optional<Instant> releaseAt) {
    public static final String HEADER = "Subject: Hello\r\nX-Odd: \u001b[31mred\r\n\r\n";
    public static final String BODY = "what only the recipient is to read";

    public static SomeMail acceptedAt(Instant time) {
        return new SomeMail(QueueId.next(time.toEpochMilli()), time, Optional.empty());
    }

    public SomeMail releasedAt(Instant release) {
        return new SomeMail(id, acceptedAt, Optional.of(release));
    }

    public MailRecord record(int attempts, Optional<Instant> due, String... recipients) {
        return new MailRecord(
                Envelope.of(
                                id,
                                "shop",
                                "sender@example.org",
                                List.of(recipients).stream().map(Recipient::of).toList(),
                                acceptedAt,
                                Duration.ofHours(72),
                                ContentShape.plain(HEADER.length(), HEADER.length() + BODY.length())
                                        .withEightBit(true)
                                        .withSigning(Optional.of("example.org"), Optional.empty()))
                        .withRetrying(
                                new Retrying(attempts, due, Optional.empty(), false, false, Optional.empty(), false))
                        .withWishes(Wishes.NONE
                                .withRelease(releaseAt)
                                .withTls(false, true)
                                .withPriority(4)
                                .withReports(Optional.of("QQ314159"), Optional.of("HDRS"))),
                octets(HEADER + BODY));
    }

    /** A record of {@code mail.accepted} or {@code mail.outbound}. */
    public ProducerRecord<byte[], byte[]> in(String topic, Instant at, String... recipients) {
        return at(record(0, Optional.empty(), recipients).to(topic, key(topic, recipients)), at);
    }

    /** In a partition other than its key's. */
    public ProducerRecord<byte[], byte[]> inPartition(String topic, int partition, Instant at, String... recipients) {
        return at(record(0, Optional.empty(), recipients).to(topic, partition, "key"), at);
    }

    /** A record that waits in a tier, or that has come back from it. */
    public ProducerRecord<byte[], byte[]> deferred(
            String topic, Instant at, int attempts, Instant due, String... recipients) {
        return at(record(attempts, Optional.of(due), recipients).to(topic, key(topic, recipients)), at);
    }

    /** A record whose way to its retry leads through further tiers. */
    public ProducerRecord<byte[], byte[]> onItsWay(
            String topic, Instant at, int attempts, Instant due, Instant retry, String... recipients) {
        var mail = record(attempts, Optional.empty(), recipients);
        var envelope = mail.envelope().deferredUntil(due, retry, false);
        return at(new MailRecord(envelope, mail.content()).to(topic, key(topic, recipients)), at);
    }

    private String key(String topic, String... recipients) {
        return topic.equals(Topics.ACCEPTED) ? id : Recipient.of(recipients[0]).domain();
    }

    public ProducerRecord<byte[], byte[]> outcome(
            Outcome.Type type, Instant at, int attempt, Optional<Instant> retry, String recipient) {
        var outcome = new Outcome(
                type,
                id,
                "shop",
                "sender@example.org",
                recipient,
                at,
                attempt,
                type.terminal() ? "2.0.0" : "4.4.1",
                Optional.of("said at " + at),
                Outcome.Connection.to(
                        Optional.of("mx." + Recipient.of(recipient).domain())),
                Duration.between(acceptedAt, at).toMillis(),
                retry,
                false);
        return at(new ProducerRecord<>(Topics.OUTCOMES, octets(id), Json.write(outcome)), at);
    }

    private static ProducerRecord<byte[], byte[]> at(ProducerRecord<byte[], byte[]> record, Instant at) {
        return new ProducerRecord<>(
                record.topic(), record.partition(), at.toEpochMilli(), record.key(), record.value(), record.headers());
    }
}
