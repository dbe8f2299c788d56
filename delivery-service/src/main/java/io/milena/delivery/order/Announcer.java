package io.milena.delivery.order;

import io.milena.topics.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Writes to a compacted topic that every replica follows. Thread-safe; blocks until the record is written, and throws a
 * {@link KafkaException} if it cannot be.
 */
final class Announcer implements AutoCloseable {
    private static final int WRITE_SECONDS = 10;

    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;

    Announcer(KafkaClients clients, String topic) {
        this.topic = topic;
        this.producer =
                clients.producer(Map.of("client.id", topic, "buffer.memory", 1024L * 1024, "max.block.ms", 5_000));
    }

    void announce(String id, byte[] value) {
        write(id, value);
    }

    // A null value removes an entry of a compacted topic.
    @SuppressWarnings("NullAway")
    void takeBack(String id) {
        write(id, null);
    }

    private void write(String id, byte[] value) {
        try {
            producer.send(new ProducerRecord<>(topic, id.getBytes(StandardCharsets.UTF_8), value))
                    .get(WRITE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException(topic + " could not be written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
