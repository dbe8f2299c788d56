package io.milena.delivery.operator;

import io.milena.delivery.operator.letter.LetterId;
import io.milena.topics.ContentShape;
import io.milena.topics.DeadLetter;
import io.milena.topics.Envelope;
import io.milena.topics.MailRecord;
import io.milena.topics.Recipient;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Writes records and letters to the topics, and reads them. */
public final class Letters {
    private final KafkaClients clients;

    /** Octets of the largest letter. */
    private static final int LARGEST = KafkaClients.LARGEST_REQUEST;

    public Letters(KafkaClients clients) {
        this.clients = clients;
    }

    /** A record of {@code mail.outbound} with this envelope. */
    public static ProducerRecord<byte[], byte[]> mail(String id, String... recipients) {
        var envelope = Envelope.of(
                id,
                "account",
                "sender@example.org",
                List.of(recipients).stream().map(Recipient::of).toList(),
                Instant.now(),
                Duration.ofHours(72),
                ContentShape.plain(2, 2));
        return new MailRecord(envelope, octets("\r\n")).to(Topics.OUTBOUND, "example.com");
    }

    public LetterId put(String topic, ProducerRecord<byte[], byte[]> record, String reason) throws Exception {
        return put(topic, 7, record, reason);
    }

    /** Writes a letter for a record that would have had this offset. */
    public LetterId put(String topic, long offset, ProducerRecord<byte[], byte[]> record, String reason)
            throws Exception {
        var read = new ConsumerRecord<>(topic, 0, offset, record.key(), record.value());
        record.headers().forEach(header -> read.headers().add(header));
        var written = write(DeadLetter.cut(DeadLetter.of(read, new IllegalStateException(reason)), LARGEST));
        return new LetterId(0, written);
    }

    /** Writes a record; returns its offset. */
    public long write(ProducerRecord<byte[], byte[]> record) throws Exception {
        try (var producer = clients.producer(Map.of("max.request.size", 1024 * 1024 + 1024))) {
            return producer.send(record).get().offset();
        }
    }

    /** All records of a topic that the filter accepts. */
    public List<ConsumerRecord<byte[], byte[]>> read(String topic, Predicate<ConsumerRecord<byte[], byte[]>> filter) {
        var partition = new TopicPartition(topic, 0);
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (KafkaConsumer<byte[], byte[]> consumer = clients.reader(Map.of())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        records.removeIf(filter.negate());
        return records;
    }

    public static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
