package io.milena.bounce;

import io.milena.topics.BodyReference;
import io.milena.topics.KafkaClients;
import io.milena.topics.Topics;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the beginning of a body that is too large to be in its record: a report's status stands before the message it returns, however
 * large that is. Confined to one thread; blocks.
 */
final class BodyPrefix implements AutoCloseable {
    private static final int ENOUGH = 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final KafkaClients clients;
    private KafkaConsumer<byte[], byte[]> consumer;

    BodyPrefix(KafkaClients clients) {
        this.clients = clients;
    }

    /** Up to about 1 MiB; empty when the chunks are no longer there. */
    Optional<byte[]> read(BodyReference body) {
        if (consumer == null) {
            consumer = clients.consumer(Map.of("client.id", "milena-returned-bodies", "max.poll.records", 1));
        }
        var partition = new TopicPartition(Topics.BODIES, body.partition());
        consumer.assign(List.of(partition));
        var prefix = new ByteArrayOutputStream();
        for (long offset : body.offsets()) {
            if (prefix.size() >= ENOUGH) {
                break;
            }
            consumer.seek(partition, offset);
            var chunk = consumer.poll(PATIENCE).records(partition);
            if (chunk.isEmpty() || chunk.getFirst().offset() != offset) {
                return Optional.empty();
            }
            prefix.writeBytes(chunk.getFirst().value());
        }
        return Optional.of(prefix.toByteArray());
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close();
        }
    }
}
