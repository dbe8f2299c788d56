package io.milena.topics.kafka;

import io.milena.topics.Json;
import io.milena.topics.MalformedRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * A compacted topic in memory: reads all of it in {@link #start()}, then follows it on a thread of its own, even if an
 * entry is malformed or its listener throws. Reads are thread-safe and never block.
 */
public final class CompactedView<T> implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CompactedView.class);
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** Milliseconds: how long a broker keeps a fetch of a topic that is quiet, which it answers at once when it is not. */
    private static final int QUIET_FETCH = 5_000;

    private final String topic;
    private final Class<T> type;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final BiConsumer<String, Optional<T>> onChange;
    private final Map<String, T> entries = new ConcurrentHashMap<>();
    private final LoopHealth health;
    private final DutyThread follower;

    /** {@code onChange} is called on the following thread with each key's new value, or empty if it was removed. */
    public CompactedView(
            KafkaClients clients,
            ServiceHealth service,
            String topic,
            Class<T> type,
            BiConsumer<String, Optional<T>> onChange) {
        this.health = service.loop("view-" + topic);
        this.topic = topic;
        this.type = type;
        this.onChange = onChange;
        this.consumer = clients.reader(Map.of("client.id", "view-" + topic, "fetch.max.wait.ms", QUIET_FETCH));
        this.follower = new DutyThread(health, this::follow, consumer::wakeup);
    }

    /** Returns when everything that the topic held at the call has been read. Blocks. */
    public void start() {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll(Duration.ofMillis(100));
        }
        follower.start();
    }

    public Optional<T> get(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    /** A copy of all values as they are now. */
    public List<T> values() {
        return List.copyOf(entries.values());
    }

    private void follow() {
        while (follower.open()) {
            health.turned();
            poll(Duration.ofSeconds(1));
            health.heard();
            health.idle();
        }
    }

    private void poll(Duration limit) {
        for (var record : consumer.poll(limit)) {
            var key = new String(record.key(), StandardCharsets.UTF_8);
            try {
                Optional<T> value =
                        record.value() == null ? Optional.empty() : Optional.of(Json.read(record.value(), type));
                value.ifPresentOrElse(entry -> entries.put(key, entry), () -> entries.remove(key));
                onChange.accept(key, value);
            } catch (RuntimeException | Error e) {
                // Later entries still count: a revocation, for instance.
                LOG.errorf(
                        e instanceof MalformedRecordException ? null : e,
                        "%s: entry %s is skipped: %s",
                        topic,
                        key,
                        e.toString());
            }
        }
    }

    @Override
    public void close() {
        follower.close(GRACE);
        // Only its own thread may close a consumer, unless that thread has ended.
        if (!follower.alive()) {
            consumer.close();
        }
    }
}
