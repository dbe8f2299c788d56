package io.milena.topics.kafka;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Partitions whose next record is not due yet: they are paused until it is. Confined to the consumer's thread. */
public final class HeldPartitions {
    private final Clock clock;
    private final Map<TopicPartition, Instant> until = new HashMap<>();

    public HeldPartitions(Clock clock) {
        this.clock = clock;
    }

    /** Pauses a partition at this offset, which is not read before {@code due}. */
    public void hold(KafkaConsumer<?, ?> consumer, TopicPartition partition, long offset, Instant due) {
        until.put(partition, due);
        consumer.seek(partition, offset);
        consumer.pause(List.of(partition));
    }

    /** Resumes the partitions that have become due; returns whether there were any. */
    public boolean release(KafkaConsumer<?, ?> consumer) {
        var now = clock.instant();
        return until.entrySet().removeIf(entry -> {
            if (entry.getValue().isAfter(now)) {
                return false;
            }
            consumer.resume(List.of(entry.getKey()));
            return true;
        });
    }

    /** How long to wait for records: until the next partition is due, but at most {@code longest}. */
    public Duration untilNextDue(Duration longest) {
        var now = clock.instant();
        return until.values().stream()
                .map(due -> Duration.between(now, due))
                .filter(wait -> wait.compareTo(longest) < 0)
                .min(Duration::compareTo)
                .map(wait -> wait.isNegative() ? Duration.ZERO : wait.plusMillis(1))
                .orElse(longest);
    }

    /** Drops a partition that is lost or read from elsewhere; returns whether it was held. */
    public boolean forget(TopicPartition partition) {
        return until.remove(partition) != null;
    }

    public void forgetAll() {
        until.clear();
    }
}
