package io.milena.topics.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.milena.topics.DeadLetter;
import io.milena.topics.Failure;
import io.milena.topics.FailureRecords;
import io.milena.topics.MailRecord;
import io.milena.topics.Mails;
import io.milena.topics.Outcome;
import io.milena.topics.Recipient;
import io.milena.topics.RecordSize;
import io.milena.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** Sizes of records, and the splitting of failures. */
class RecordSizesTest {
    private static final Instant AT = Instant.parse("2026-11-30T12:00:00Z");

    @Test
    void aRecordIsNeverTakenForSmallerThanTheProducerTakesItFor() {
        for (int length : new int[] {0, 1, 63, 64, 127, 128, 8191, 8192, 100_000}) {
            for (int headers = 0; headers < 5; headers++) {
                var record = new ProducerRecord<>("topic", new byte[length / 3], new byte[length]);
                for (int i = 0; i < headers; i++) {
                    record.headers().add("header-ä-" + i, new byte[length / 2]);
                }
                assertThat(RecordSize.octets(record))
                        .isBetween(
                                AbstractRecords.estimateSizeInBytesUpperBound(
                                        RecordBatch.CURRENT_MAGIC_VALUE,
                                        CompressionType.NONE,
                                        record.key(),
                                        record.value(),
                                        record.headers().toArray()),
                                length / 3 + length + headers * (length / 2 + 50) + 150);
            }
        }
    }

    @Test
    void aThousandFailedRecipientsAreToldOfInPiecesOfFifty() {
        var mail = Mails.wide(1000, 0, 100_000);

        var records = failures(mail, "550 5.7.26 " + "n".repeat(500));

        assertThat(records).hasSize(20);
        assertThat(records).allSatisfy(record -> {
            assertThat(MailRecord.from(consumed(record)).envelope().recipients())
                    .hasSize(50);
            // The sender did not ask for the content.
            assertThat(record.value()).hasSize(mail.envelope().content().headerLength());
        });
        assertThat(records)
                .flatExtracting(record -> MailRecord.failureOf(consumed(record)).entries())
                .extracting(Failure.Entry::recipient)
                .containsExactlyElementsOf(mail.envelope().recipients().stream()
                        .map(Recipient::forwardPath)
                        .toList());
    }

    @Test
    void aPieceHasNoMoreThan256KibibytesBesideTheContent() {
        var mail = Mails.wide(200, 490, 0);

        var records = failures(mail, "550 5.7.26 " + "\"".repeat(2000));

        assertThat(records).hasSizeGreaterThan(4);
        assertThat(records)
                .allSatisfy(record -> assertThat(Arrays.stream(record.headers().toArray())
                                .mapToInt(header -> header.value().length)
                                .sum())
                        .isLessThanOrEqualTo(FailureRecords.MOST_OCTETS));
    }

    @Test
    void aBudgetLeavesRoomForGrowth() {
        var budget = RecordBudget.of(1024 * 1024, 256 * 1024, 64 * 1024);

        assertThat(budget.content()).isEqualTo(272 * 1024);
        assertThat(budget.envelope() + budget.content()).isEqualTo(budget.first());
        assertThat(budget.first()).isEqualTo(960 * 1024);
        var small = RecordBudget.of(256 * 1024, 256 * 1024, 64 * 1024);
        assertThat(small.envelope() + small.content()).isEqualTo(small.first());
        assertThat(small.first()).isEqualTo(224 * 1024);
        assertThatThrownBy(() -> RecordBudget.of(64 * 1024, 256 * 1024, 64 * 1024))
                .hasMessageContaining("max.message.bytes of a topic of mail is 65536");
    }

    @Test
    void aLetterWhoseHeadersAreTooLargeSaysWhereTheRecordStood() {
        var record = new ConsumerRecord<>(Topics.OUTBOUND, 3, 17, octets("key"), octets("value"));
        record.headers().add(MailRecord.ENVELOPE, new byte[200_000]);

        var letter = DeadLetter.cut(DeadLetter.of(record, new IllegalStateException("broken")), 100_000);

        assertThat(RecordSize.octets(letter)).isLessThan(100_000);
        var read = DeadLetter.from(consumed(letter));
        assertThat(read.reason()).contains("broken");
        assertThat(read.source())
                .contains(new DeadLetter.Source(Topics.OUTBOUND, Optional.of(new DeadLetter.Place(3, 17))));
        assertThat(read.size()).isEqualTo(5);
    }

    private static List<ProducerRecord<byte[], byte[]>> failures(MailRecord mail, String reply) {
        var failures = new FailureRecords(mail);
        mail.envelope()
                .recipients()
                .forEach(recipient -> failures.add(
                        recipient,
                        new Failure.Entry(
                                recipient.forwardPath(),
                                Outcome.Type.BOUNCED,
                                "5.7.26",
                                Optional.of(reply),
                                "",
                                Optional.of("mx.example.com"),
                                AT)));
        return failures.records();
    }

    private static ConsumerRecord<byte[], byte[]> consumed(ProducerRecord<byte[], byte[]> record) {
        return new ConsumerRecord<>(
                record.topic(),
                0,
                0,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                record.key(),
                record.value(),
                new RecordHeaders(record.headers()),
                Optional.empty());
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
