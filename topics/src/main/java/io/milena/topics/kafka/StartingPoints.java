package io.milena.topics.kafka;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a member of a group begins to read the partitions that it takes over: at the group's progress, as far as the
 * log still has what that was about. Neither sends all mail again nor takes vanished records for settled ones; every
 * difference is told by {@link LoopHealth#lost}. Confined to the loop's thread; blocks.
 */
public final class StartingPoints {
    private static final Duration CHECKED_WITHIN = Duration.ofSeconds(15);

    private final KafkaClients clients;
    private final LoopHealth health;
    private final String group;
    private final ToLongFunction<OffsetAndMetadata> reach;
    private final Clock clock;
    /** Partitions that are marked as begun; marks are never taken back. */
    private final Set<TopicPartition> begun = new HashSet<>();

    /**
     * @param reach the offset behind the last record that a commit calls settled, which may be above its own offset
     */
    public StartingPoints(
            KafkaClients clients,
            LoopHealth health,
            String group,
            ToLongFunction<OffsetAndMetadata> reach,
            Clock clock) {
        this.clients = clients;
        this.health = health;
        this.group = group;
        this.reach = reach;
        this.clock = clock;
    }

    /**
     * @param progress the group's progress, moved into the log
     * @param first the offset at which to read on
     * @param intact records from this offset on are not those that the progress is about: none of them is settled
     * @param end of the partition: nobody has read records from here on
     */
    public record Start(OffsetAndMetadata progress, long first, long intact, long end) {}

    /** The group's progress in a partition is gone. */
    public static final class ProgressGone extends KafkaException {
        private static final long serialVersionUID = 1;

        private ProgressGone(String group, Collection<TopicPartition> partitions) {
            super("the progress of group " + group + " in " + partitions + " is gone; nothing is read there until an"
                    + " operator says where to go on: milena group adopt " + group + " --at start|end");
        }
    }

    /**
     * Sets the consumer's positions. Commits, with {@code transactor}, where it begins in partitions that the group never
     * read before.
     *
     * @throws ProgressGone if a partition was read before and the group does not know how far
     */
    public Map<TopicPartition, Start> find(
            KafkaConsumer<byte[], byte[]> consumer, Transactor transactor, Collection<TopicPartition> partitions) {
        var all = Set.copyOf(partitions);
        if (all.isEmpty()) {
            return Map.of();
        }
        var committed = new HashMap<>(consumer.committed(all));
        committed.values().removeIf(progress -> progress == null);
        var log = new Log(consumer.beginningOffsets(all), consumer.endOffsets(all));
        begin(all, committed, log, consumer, transactor);
        var starts = new HashMap<TopicPartition, Start>();
        // All of them first: a position without an offset is an exception, whichever partition is asked about.
        committed.forEach((partition, progress) -> consumer.seek(partition, log.within(partition, progress.offset())));
        committed.forEach((partition, progress) -> starts.put(partition, start(consumer, partition, progress, log)));
        starts.forEach((partition, start) -> consumer.seek(partition, start.first()));
        return starts;
    }

    private record Log(Map<TopicPartition, Long> begins, Map<TopicPartition, Long> ends) {
        long within(TopicPartition partition, long offset) {
            return Math.clamp(offset, begins.get(partition), Math.max(begins.get(partition), ends.get(partition)));
        }
    }

    /** Adds the progress of partitions that are new to the group, and marks all as begun. */
    private void begin(
            Set<TopicPartition> all,
            Map<TopicPartition, OffsetAndMetadata> committed,
            Log log,
            KafkaConsumer<byte[], byte[]> consumer,
            Transactor transactor) {
        if (begun.containsAll(all) && committed.keySet().containsAll(all)) {
            return;
        }
        var marks = GroupMarks.now(clients);
        var now = clock.instant();
        var gone = new ArrayList<TopicPartition>();
        var first = new HashMap<TopicPartition, OffsetAndMetadata>();
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        for (var partition : all) {
            boolean isBegun = marks.isBegun(group, partition);
            if (committed.containsKey(partition) && isBegun) {
                continue;
            }
            if (!committed.containsKey(partition)) {
                var adoption = marks.adoption(group, partition, now);
                if (isBegun && adoption.isEmpty()) {
                    gone.add(partition);
                    continue;
                }
                committed.put(partition, adopted(partition, adoption, log));
            }
            first.put(partition, committed.get(partition));
            records.add(GroupMarks.begun(group, partition, now));
        }
        if (!gone.isEmpty()) {
            throw new ProgressGone(group, gone);
        }
        if (!first.isEmpty() && !transactor.commit(records, first, consumer.groupMetadata())) {
            throw new KafkaException(
                    "group " + group + " does not take its progress in partitions that it begins to read");
        }
        begun.addAll(all);
    }

    private static OffsetAndMetadata adopted(TopicPartition partition, Optional<GroupMarks.AdoptAt> adoption, Log log) {
        boolean atEnd = adoption.filter(at -> at == GroupMarks.AdoptAt.END).isPresent();
        return new OffsetAndMetadata(
                atEnd ? log.ends().get(partition) : log.begins().get(partition));
    }

    private Start start(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, OffsetAndMetadata progress, Log log) {
        long begin = log.begins().get(partition);
        long end = log.ends().get(partition);
        long offset = progress.offset();
        if (offset < begin) {
            health.lost(
                    "%s: records %d to %d were deleted before all of them were settled"
                            .formatted(partition, offset, begin - 1),
                    begin - offset);
            return new Start(progress, begin, intact(consumer, partition, progress, log), end);
        }
        long intact = intact(consumer, partition, progress, log);
        if (intact == Long.MAX_VALUE) {
            return new Start(progress, offset, intact, end);
        }
        if (intact >= offset) {
            // Its epoch is told once.
            return new Start(new OffsetAndMetadata(offset, progress.metadata()), offset, intact, end);
        }
        // Nothing that the progress says is about the records there now.
        return new Start(new OffsetAndMetadata(intact), intact, intact, end);
    }

    /** The first offset at which the log differs from what the group has read, or the largest number if it does not. */
    private long intact(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, OffsetAndMetadata progress, Log log) {
        long reached = Math.max(progress.offset(), reach.applyAsLong(progress));
        long end = log.ends().get(partition);
        if (reached > end) {
            cut(partition, end, reached);
            return end;
        }
        if (progress.leaderEpoch().isEmpty() || reached < log.begins().get(partition)) {
            return Long.MAX_VALUE;
        }
        try {
            // The leader is asked where the epoch ended that the last of these records was read in.
            consumer.seek(partition, new OffsetAndMetadata(reached, progress.leaderEpoch(), ""));
            consumer.position(partition, CHECKED_WITHIN);
            return Long.MAX_VALUE;
        } catch (LogTruncationException e) {
            var divergent = e.divergentOffsets().get(partition);
            long from = divergent == null ? progress.offset() : divergent.offset();
            cut(partition, from, reached);
            return from;
        } catch (OffsetOutOfRangeException e) {
            cut(partition, end, reached);
            return end;
        } finally {
            consumer.seek(partition, log.within(partition, progress.offset()));
        }
    }

    private void cut(TopicPartition partition, long from, long reached) {
        health.lost(
                ("%s: the log was cut at %d, below %d, which the group had reached: records that were acknowledged are"
                                + " lost; those after the cut are new and are read")
                        .formatted(partition, from, reached),
                reached - from);
    }
}
