package io.milena.delivery.operator.letter;

import io.milena.operator.Page;
import io.milena.topics.DeadLetter;
import io.milena.topics.DeadLetter.Place;
import io.milena.topics.kafka.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Reads letters back by seeking, for one request. Confined to its thread; blocks. */
final class LetterReader implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    /** A run of closed letters of at least this length is skipped by a seek; a seek discards fetched records. */
    private static final int LEAP = 1000;

    private static final byte[] NOTHING = {};

    private final LetterIndex index;
    private final KafkaConsumer<byte[], byte[]> consumer;

    LetterReader(KafkaClients clients, LetterIndex index) {
        this.index = index;
        this.consumer = clients.reader(Map.of(
                "allow.auto.create.topics",
                false,
                "default.api.timeout.ms",
                15_000,
                "max.partition.fetch.bytes",
                1024 * 1024 + 64 * 1024));
    }

    /** The record at that place; if it is gone, another one is read there. */
    private Optional<ConsumerRecord<byte[], byte[]>> record(TopicPartition partition, long offset) {
        consumer.assign(List.of(partition));
        consumer.seek(partition, offset);
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() - end < 0) {
            for (var record : consumer.poll(Duration.ofMillis(200))) {
                return record.offset() == offset ? Optional.of(record) : Optional.empty();
            }
            if (consumer.position(partition) > offset) {
                return Optional.empty();
            }
        }
        throw new TimeoutException(partition + "@" + offset + " is not read after " + LIMIT);
    }

    /** A letter that the index knows. */
    Optional<DatedLetter> letter(LetterId id) {
        return record(id.topicPartition(), id.offset())
                .map(record -> new DatedLetter(id, Instant.ofEpochMilli(record.timestamp()), DeadLetter.from(record)));
    }

    /**
     * The whole value of a letter; for one that was cut it is read at its source, for as long as that topic keeps it.
     */
    Optional<byte[]> whole(DeadLetter letter) {
        if (letter.cutFrom().isEmpty()) {
            return Optional.of(letter.value() == null ? NOTHING : letter.value());
        }
        return letter.source()
                .flatMap(source -> source.place().flatMap(place -> first(source.topic(), place)))
                .filter(value -> value.length == letter.cutFrom().getAsInt());
    }

    private Optional<byte[]> first(String topic, Place place) {
        if (!exists(topic)) {
            return Optional.empty();
        }
        var partition = new TopicPartition(topic, place.partition());
        consumer.assign(List.of(partition));
        try {
            var end = consumer.endOffsets(List.of(partition)).get(partition);
            return place.offset() >= end
                    ? Optional.empty()
                    : record(partition, place.offset()).map(ConsumerRecord::value);
        } catch (UnknownTopicOrPartitionException | TimeoutException e) {
            return Optional.empty();
        }
    }

    /** Whether the topic of a record still exists, so that it can be replayed. */
    boolean exists(String topic) {
        try {
            var partitions = consumer.partitionsFor(topic);
            return partitions != null && !partitions.isEmpty();
        } catch (UnknownTopicOrPartitionException e) {
            return false;
        }
    }

    /**
     * Open letters, the newest last. If many letters do not match, a page may be short or empty and still have a next
     * one.
     */
    Page<LetterSummary> page(LetterFilter filter, int limit, Cursor after) {
        var scans = new HashMap<TopicPartition, Scan>();
        for (int partition : index.partitions()) {
            index.nextOpen(partition, after.of(partition)).ifPresent(first -> {
                var scan = new Scan(partition, first);
                scans.put(new LetterId(partition, first).topicPartition(), scan);
            });
        }
        consumer.assign(scans.keySet());
        scans.forEach((partition, scan) -> consumer.seek(partition, scan.next));
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!consumer.paused().containsAll(consumer.assignment()) && System.nanoTime() - end < 0) {
            for (var record : consumer.poll(Duration.ofMillis(200))) {
                scans.get(new TopicPartition(record.topic(), record.partition()))
                        .take(record, filter, limit);
            }
            scans.forEach((partition, scan) -> goOn(partition, scan, limit));
        }
        return merged(scans.values(), limit, after);
    }

    private void goOn(TopicPartition partition, Scan scan, int limit) {
        var next = index.nextOpen(scan.partition, scan.next);
        if (next.isEmpty() || scan.found.size() >= limit) {
            consumer.pause(List.of(partition));
        } else if (next.getAsLong() - scan.next > LEAP) {
            scan.next = next.getAsLong();
            consumer.seek(partition, scan.next);
        }
    }

    private Page<LetterSummary> merged(Iterable<Scan> scans, int limit, Cursor after) {
        var items = new ArrayList<LetterSummary>();
        var heads = new ArrayList<Scan>();
        scans.forEach(heads::add);
        while (items.size() < limit) {
            var oldest = heads.stream()
                    .filter(scan -> !scan.found.isEmpty())
                    .min(Comparator.comparing((Scan scan) -> scan.found.peek().time())
                            .thenComparing(scan -> scan.partition));
            if (oldest.isEmpty()) {
                break;
            }
            items.add(oldest.get().found.poll().summary());
        }
        var next = new HashMap<>(after.next());
        boolean more = false;
        for (var scan : heads) {
            next.put(scan.partition, scan.position());
            more |= index.nextOpen(scan.partition, scan.position()).isPresent();
        }
        return new Page<>(items, more ? new Cursor(next).toString() : null);
    }

    /** A letter, and the time at which it was put aside. */
    record DatedLetter(LetterId id, Instant time, DeadLetter letter) {}

    private record Found(LetterId id, Instant time, LetterSummary summary) {}

    /** The result in one partition. */
    private final class Scan {
        private final int partition;
        private final Deque<Found> found = new ArrayDeque<>();
        private long next;

        Scan(int partition, long first) {
            this.partition = partition;
            this.next = first;
        }

        void take(ConsumerRecord<byte[], byte[]> record, LetterFilter filter, int limit) {
            if (found.size() >= limit || record.offset() < next) {
                return;
            }
            next = record.offset() + 1;
            var id = new LetterId(partition, record.offset());
            if (!index.isOpen(id)) {
                return;
            }
            var letter = DeadLetter.from(record);
            if (filter.matches(letter)) {
                var time = Instant.ofEpochMilli(record.timestamp());
                found.add(new Found(id, time, LetterSummary.of(id, time, letter)));
            }
        }

        /** The offset at which the next page begins. */
        long position() {
            return found.isEmpty() ? next : found.peek().id().offset();
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
