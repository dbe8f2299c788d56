package io.milena.topics.kafka;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.milena.topics.Json;
import io.milena.topics.MalformedRecordException;
import io.milena.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;

/**
 * The content of {@link Topics#GROUPS} at one moment: which partitions a group has begun to read, and the adoptions that
 * operators have ordered. So a group that has lost its progress is told from one that never had any. Immutable.
 */
public final class GroupMarks {
    private static final Logger LOG = Logger.getLogger(GroupMarks.class);
    private static final Duration LIMIT = Duration.ofSeconds(15);
    /** An adoption is about the loss that its operator has seen, and not about later ones. */
    private static final Duration ADOPTION_COUNTS_FOR = Duration.ofMinutes(10);

    private final Map<String, Placed> marks;

    /** Where a group goes on whose progress is gone. */
    public enum AdoptAt {
        /** At the first record that the log still has: all mail there is sent again. */
        @JsonProperty("start")
        START,
        /** Behind the last record: mail there is not sent. */
        @JsonProperty("end")
        END
    }

    /** A partition was begun, or, with {@code adopt}, a group is adopted by {@code by}. */
    private record Mark(Instant at, Optional<AdoptAt> adopt, Optional<String> by) {
        // Jackson gives null for an Optional that a record's JSON leaves out.
        @SuppressWarnings("OptionalAssignedToNull")
        Mark {
            adopt = adopt == null ? Optional.empty() : adopt;
            by = by == null ? Optional.empty() : by;
        }
    }

    /** A mark, and its offset: later marks are about later losses. */
    private record Placed(Mark mark, long offset) {}

    private GroupMarks(Map<String, Placed> marks) {
        this.marks = Map.copyOf(marks);
    }

    /** Everything that was committed before the call. Blocks; throws Kafka's exceptions. */
    public static GroupMarks now(KafkaClients clients) {
        var marks = new HashMap<String, Placed>();
        var partition = new TopicPartition(Topics.GROUPS, 0);
        try (var consumer = clients.reader(Map.of("client.id", "group-marks"))) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            long limit = System.nanoTime() + LIMIT.toNanos();
            while (consumer.position(partition) < end) {
                if (System.nanoTime() - limit > 0) {
                    throw new TimeoutException(Topics.GROUPS + " is not read after " + LIMIT);
                }
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    try {
                        var mark = Json.read(record.value(), Mark.class);
                        marks.put(new String(record.key(), StandardCharsets.UTF_8), new Placed(mark, record.offset()));
                    } catch (MalformedRecordException e) {
                        LOG.warnf("%s@%d is skipped: %s", record.topic(), record.offset(), e.getMessage());
                    }
                }
            }
        }
        return new GroupMarks(marks);
    }

    /** Whether the group has begun to read the partition before. */
    public boolean isBegun(String group, TopicPartition partition) {
        return marks.containsKey(key(group, partition));
    }

    /**
     * Where an operator wants the group to go on in a partition that it has begun: as ordered lately, and not before the
     * group began it for the last time.
     */
    Optional<AdoptAt> adoption(String group, TopicPartition partition, Instant now) {
        var begun = marks.get(key(group, partition));
        return Optional.ofNullable(marks.get(group))
                .filter(order -> begun != null && order.offset() > begun.offset())
                .map(Placed::mark)
                .filter(mark -> mark.at().plus(ADOPTION_COUNTS_FOR).isAfter(now))
                .flatMap(Mark::adopt);
    }

    /** The record which says that the group has begun to read the partition. */
    static ProducerRecord<byte[], byte[]> begun(String group, TopicPartition partition, Instant now) {
        return record(key(group, partition), new Mark(now, Optional.empty(), Optional.empty()));
    }

    /** The record with which an operator adopts a group whose progress is gone; it counts for ten minutes. */
    public static ProducerRecord<byte[], byte[]> adoption(String group, AdoptAt at, String by, Instant now) {
        return record(group, new Mark(now, Optional.of(at), Optional.of(by)));
    }

    private static ProducerRecord<byte[], byte[]> record(String key, Mark mark) {
        return new ProducerRecord<>(Topics.GROUPS, key.getBytes(StandardCharsets.UTF_8), Json.write(mark));
    }

    private static String key(String group, TopicPartition partition) {
        return group + "/" + partition;
    }
}
