package io.milena.delivery.operator.letter;

import io.milena.topics.Json;
import io.milena.topics.MalformedRecordException;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Which letters exist, and which of them are closed: two bits for each, so that a million takes little memory. Knows
 * everything committed before the last {@link #refresh()}. Thread-safe; refreshing blocks.
 */
final class LetterIndex implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LetterIndex.class);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    /** Marks that are remembered whole; of other closed letters only that they are closed. */
    private static final int MARKS = 10_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<Integer, Partition> partitions = new TreeMap<>();
    private final Map<LetterId, Mark> marks = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<LetterId, Mark> eldest) {
            return size() > MARKS;
        }
    };
    /** Read by the gauge without a lock. */
    private volatile long open;

    /** Bits are counted from the first offset that existed when the partition was first read. */
    private static final class Partition {
        private final long base;
        private final BitSet letters = new BitSet();
        private final BitSet dealtWith = new BitSet();

        Partition(long base) {
            this.base = base;
        }

        int bit(long offset) {
            return (int) Math.min(Integer.MAX_VALUE, offset - base);
        }

        void forgetBefore(long offset) {
            if (offset > base) {
                letters.clear(0, bit(offset));
                dealtWith.clear(0, bit(offset));
            }
        }

        OptionalLong nextOpen(long from) {
            int bit = letters.nextSetBit(bit(Math.max(base, from)));
            while (bit >= 0 && dealtWith.get(bit)) {
                bit = letters.nextSetBit(bit + 1);
            }
            return bit < 0 ? OptionalLong.empty() : OptionalLong.of(base + bit);
        }

        long open() {
            var rest = (BitSet) letters.clone();
            rest.andNot(dealtWith);
            return rest.cardinality();
        }
    }

    LetterIndex(KafkaClients clients) {
        consumer = clients.reader(Map.of("client.id", "dead-letter-index", "default.api.timeout.ms", 15_000));
    }

    /** Returns when everything committed before the call has been read. */
    synchronized void refresh() {
        assign();
        consumer.beginningOffsets(letterPartitions())
                .forEach((partition, first) -> partitions
                        .computeIfAbsent(partition.partition(), any -> new Partition(first))
                        .forgetBefore(first));
        var ends = consumer.endOffsets(consumer.assignment());
        long limit = System.nanoTime() + LIMIT.toNanos();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (System.nanoTime() - limit > 0) {
                throw new TimeoutException("dead letters are not read after " + LIMIT);
            }
            consumer.poll(Duration.ofMillis(200)).forEach(this::take);
        }
        open = partitions.values().stream().mapToLong(Partition::open).sum();
    }

    /** Includes partitions that were added meanwhile. */
    private void assign() {
        var all = Stream.of(Topics.DEAD_LETTERS, Topics.DEALT_WITH)
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        if (consumer.assignment().equals(Set.copyOf(all))) {
            return;
        }
        consumer.assign(all);
    }

    private List<TopicPartition> letterPartitions() {
        return consumer.assignment().stream()
                .filter(partition -> partition.topic().equals(Topics.DEAD_LETTERS))
                .toList();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(Topics.DEAD_LETTERS)) {
            var partition = partitions.get(record.partition());
            if (record.offset() >= partition.base) {
                partition.letters.set(partition.bit(record.offset()));
            }
            return;
        }
        try {
            var id = LetterId.parse(new String(record.key(), StandardCharsets.UTF_8))
                    .orElseThrow(() -> new MalformedRecordException("no id of a letter"));
            var mark = Json.read(record.value(), Mark.class);
            var partition = partitions.get(id.partition());
            if (partition != null && id.offset() >= partition.base) {
                partition.dealtWith.set(partition.bit(id.offset()));
                marks.put(id, mark);
            }
        } catch (RuntimeException e) {
            LOG.warnf("%s@%d is skipped: %s", record.topic(), record.offset(), e.toString());
        }
    }

    /** Number of open letters at the last refresh. */
    long open() {
        return open;
    }

    synchronized Set<Integer> partitions() {
        return Set.copyOf(partitions.keySet());
    }

    /** The first open letter at or after an offset. */
    synchronized OptionalLong nextOpen(int partition, long from) {
        var known = partitions.get(partition);
        return known == null ? OptionalLong.empty() : known.nextOpen(from);
    }

    synchronized boolean isOpen(LetterId id) {
        var next = nextOpen(id.partition(), id.offset());
        return next.isPresent() && next.getAsLong() == id.offset();
    }

    synchronized boolean exists(LetterId id) {
        var known = partitions.get(id.partition());
        return known != null && id.offset() >= known.base && known.letters.get(known.bit(id.offset()));
    }

    /** The mark of a closed letter; not all are remembered. */
    synchronized Optional<Mark> mark(LetterId id) {
        return Optional.ofNullable(marks.get(id));
    }

    @Override
    public synchronized void close() {
        consumer.close();
    }
}
