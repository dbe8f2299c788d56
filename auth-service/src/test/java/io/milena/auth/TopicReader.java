package io.milena.auth;

import io.milena.topics.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * All that a directory topic, which has one partition, was ever told, by key; reads on whenever it is asked. Not
 * thread-safe.
 */
final class TopicReader implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, List<Optional<byte[]>>> values = new HashMap<>();

    TopicReader(KafkaClients clients, String topic) {
        var partitions = List.of(new TopicPartition(topic, 0));
        consumer = clients.reader(Map.of());
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** The key's values in their order; empty is a tombstone. */
    List<Optional<byte[]>> valuesOf(String key) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
            values.computeIfAbsent(new String(record.key(), StandardCharsets.UTF_8), any -> new ArrayList<>())
                    .add(Optional.ofNullable(record.value()));
        }
        return List.copyOf(values.getOrDefault(key, List.of()));
    }

    @Override
    public void close() {
        consumer.close();
    }
}
