package io.milena.delivery.operator.queue;

import io.milena.topics.DeadLetter;
import io.milena.topics.Envelope;
import io.milena.topics.MailRecord;
import io.milena.topics.Topics;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A record of the message that was searched for.
 *
 * @param at when it was appended
 * @param finished whether it is settled
 * @param header its header section, or the beginning of one that is very long; empty if it has none
 * @param letter if it is a dead letter
 */
record FoundRecord(
        TopicPartition partition,
        long offset,
        Instant at,
        boolean finished,
        Envelope envelope,
        byte[] header,
        Optional<DeadLetter> letter) {
    private static final int LONGEST_HEADER = 64 * 1024;

    static FoundRecord ofMail(ConsumerRecord<byte[], byte[]> record, boolean finished) {
        var mail = MailRecord.from(record);
        return of(record, finished, mail.envelope(), Optional.empty());
    }

    /** Empty for a record that is not mail. */
    static Optional<FoundRecord> ofLetter(ConsumerRecord<byte[], byte[]> record, boolean finished) {
        var letter = DeadLetter.from(record);
        return letter.envelope().map(envelope -> of(record, finished, envelope, Optional.of(letter)));
    }

    private static FoundRecord of(
            ConsumerRecord<byte[], byte[]> record, boolean finished, Envelope envelope, Optional<DeadLetter> letter) {
        int there = record.value() == null ? 0 : record.value().length;
        int length = Math.clamp(envelope.content().headerLength(), 0, Math.min(there, LONGEST_HEADER));
        return new FoundRecord(
                new TopicPartition(record.topic(), record.partition()),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                finished,
                envelope,
                length == 0 ? new byte[0] : Arrays.copyOf(record.value(), length),
                letter);
    }

    boolean headerIsWhole() {
        return header.length == envelope.content().headerLength();
    }

    String topic() {
        return partition.topic();
    }

    boolean isTier() {
        return Topics.DEFERRED.matcher(topic()).matches();
    }

    /** Whether it is a failure or delay to be reported to the sender, and not mail on its way. */
    boolean isReport() {
        return origin().filter(Topics.FAILED::equals).isPresent();
    }

    /** Whether it came to a return address, and is for nobody else. */
    boolean isReturned() {
        return origin().filter(Topics.RETURNED::equals).isPresent();
    }

    private Optional<String> origin() {
        return letter.isEmpty() ? Optional.of(topic()) : letter.get().source().map(DeadLetter.Source::topic);
    }

    /** When it leaves its delay topic; empty in other topics. */
    Optional<Instant> due() {
        return envelope.retrying().dueAt().filter(due -> isTier());
    }

    /** Whether it waits because its sender asked for a later time. */
    boolean isScheduled(Instant now) {
        return isTier() && envelope.wishes().releaseAt().filter(now::isBefore).isPresent();
    }

    /** Time of the next attempt, which is after {@link #due} if the way leads through further tiers. */
    Optional<Instant> nextAttempt() {
        return due().map(due -> envelope.triedFrom().filter(due::isBefore).orElse(due));
    }
}
