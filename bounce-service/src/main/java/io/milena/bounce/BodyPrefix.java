package io.milena.bounce;

import io.milena.topics.BodyReference;
import io.milena.topics.MalformedRecordException;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads the beginning of a body that is too large for its record: a report has its status before the message that it
 * returns, however large that is. Confined to one thread; blocks.
 */
final class BodyPrefix implements AutoCloseable {
    private static final int ENOUGH = 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KafkaClients clients;
    private KafkaConsumer<byte[], byte[]> consumer;

    BodyPrefix(KafkaClients clients) {
        this.clients = clients;
    }

    /** Up to about 1 MiB; empty if the chunks are gone. Throws an exception of Kafka's if Kafka does not answer. */
    Optional<byte[]> read(BodyReference body) {
        if (consumer == null) {
            consumer = clients.reader(Map.of("client.id", "milena-returned-bodies", "max.poll.records", 1));
        }
        var partition = new TopicPartition(Topics.BODIES, body.partition());
        if (consumer.partitionsFor(Topics.BODIES).stream().noneMatch(info -> info.partition() == body.partition())) {
            throw new MalformedRecordException("body in partition " + body.partition() + ", which does not exist");
        }
        consumer.assign(List.of(partition));
        var prefix = new ByteArrayOutputStream();
        for (long offset : body.offsets()) {
            if (prefix.size() >= ENOUGH) {
                break;
            }
            consumer.seek(partition, offset);
            var chunk = consumer.poll(PATIENCE).records(partition);
            // If this chunk is gone, the consumer goes to the first that is left, or to the end.
            if (chunk.isEmpty() ? isGone(partition, offset) : chunk.getFirst().offset() != offset) {
                return Optional.empty();
            }
            if (chunk.isEmpty()) {
                throw new TimeoutException("no chunk at " + partition + "@" + offset + " after " + PATIENCE);
            }
            prefix.writeBytes(chunk.getFirst().value());
        }
        return Optional.of(prefix.toByteArray());
    }

    private boolean isGone(TopicPartition partition, long offset) {
        return consumer.position(partition) != offset
                || consumer.endOffsets(List.of(partition)).get(partition) <= offset;
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close();
        }
    }
}
