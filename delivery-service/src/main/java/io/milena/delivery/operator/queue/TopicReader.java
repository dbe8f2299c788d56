package io.milena.delivery.operator.queue;

import io.milena.delivery.progress.MailProgress;
import io.milena.topics.kafka.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads ranges of topics for one request, with a consumer outside any group. One limit holds for all of them together,
 * so that operators' searches leave the brokers to delivery. Confined to its thread; blocks.
 */
final class TopicReader implements AutoCloseable {
    /** Later than any record. */
    static final Instant FOR_EVER = Instant.ofEpochMilli(Long.MAX_VALUE);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final int FETCH = 4 * 1024 * 1024;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, List<TopicPartition>> partitions = new HashMap<>();
    private final long nanos;
    private long octets;
    private boolean begun;
    private long end;
    private boolean cutShort;

    /** Most time and octets that may be read. */
    record Limit(Duration time, long octets) {}

    /** The time begins with the first read. */
    TopicReader(KafkaClients clients, Limit limit) {
        this.nanos = limit.time().toNanos();
        this.octets = limit.octets();
        this.consumer = clients.reader(Map.of(
                "client.id",
                "message-search",
                "allow.auto.create.topics",
                false,
                "default.api.timeout.ms",
                5_000,
                "request.timeout.ms",
                5_000,
                "fetch.max.bytes",
                2 * FETCH,
                "max.partition.fetch.bytes",
                FETCH));
    }

    /** The topics whose names match. */
    List<String> topics(Pattern names) {
        return consumer.listTopics().keySet().stream()
                .filter(names.asMatchPredicate())
                .sorted()
                .toList();
    }

    List<TopicPartition> partitions(String topic) {
        return partitions.computeIfAbsent(
                topic,
                name -> consumer.partitionsFor(name).stream()
                        .map(info -> new TopicPartition(name, info.partition()))
                        .toList());
    }

    List<TopicPartition> partitions(Collection<String> topics) {
        return topics.stream().flatMap(topic -> partitions(topic).stream()).toList();
    }

    /** As {@link #since}, but without the finished records before the first unfinished one. */
    Map<TopicPartition, Long> unfinishedSince(Instant time, Collection<TopicPartition> some, MailProgress progress) {
        var starts = since(time, some);
        starts.replaceAll((partition, first) -> Math.max(first, progress.head(partition)));
        return starts;
    }

    /**
     * For each partition the first record that was appended at that time or later; partitions without one are left out.
     */
    Map<TopicPartition, Long> since(Instant time, Collection<TopicPartition> some) {
        // Kafka's client warns of offsets that it fetches for partitions that are not assigned.
        consumer.assign(some);
        long millis = Math.max(0, time.toEpochMilli());
        var starts = new HashMap<TopicPartition, Long>();
        consumer.offsetsForTimes(some.stream().collect(Collectors.toMap(Function.identity(), any -> millis)))
                .forEach((partition, first) -> {
                    if (first != null) {
                        starts.put(partition, first.offset());
                    }
                });
        return starts;
    }

    /**
     * Reads each partition from its offset to its present end, or to the first record after {@code until}. Stops early
     * if {@code enough} is true, which is checked now and then, or at the limit.
     */
    void read(
            Map<TopicPartition, Long> starts,
            Instant until,
            Consumer<ConsumerRecord<byte[], byte[]>> taker,
            BooleanSupplier enough) {
        consumer.assign(starts.keySet());
        // A partition that was assigned before may still be paused.
        consumer.resume(starts.keySet());
        starts.forEach(consumer::seek);
        var ends = consumer.endOffsets(starts.keySet());
        var open = new HashSet<>(starts.keySet());
        open.removeIf(partition -> starts.get(partition) >= ends.get(partition));
        while (!open.isEmpty() && !enough.getAsBoolean() && goesOn()) {
            for (var record : consumer.poll(POLL)) {
                var partition = new TopicPartition(record.topic(), record.partition());
                octets -= Math.max(0, record.serializedValueSize());
                if (record.offset() >= ends.get(partition) || record.timestamp() > until.toEpochMilli()) {
                    open.remove(partition);
                } else if (open.contains(partition)) {
                    taker.accept(record);
                }
            }
            open.removeIf(partition -> consumer.position(partition) >= ends.get(partition));
            consumer.pause(consumer.assignment().stream()
                    .filter(partition -> !open.contains(partition))
                    .toList());
        }
    }

    /** Whether the limit allows more reading; call it only if there is more to read, since a no counts as cut short. */
    boolean goesOn() {
        if (!begun) {
            begun = true;
            end = System.nanoTime() + nanos;
        }
        boolean allowed = System.nanoTime() - end < 0 && octets > 0;
        cutShort |= !allowed;
        return allowed;
    }

    /** Whether the limit ended the reading early. */
    boolean cutShort() {
        return cutShort;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
