package io.milena.topics.kafka;

import java.time.Duration;
import java.util.List;

/**
 * How missing topics are created. On one broker every append to a topic that holds mail is forced to disk and
 * partitions are few, so that forced writes are shared; on several brokers replication replaces the forced write.
 *
 * @param partitions of each mail topic
 * @param flushEachAppend {@code flush.messages=1} on the topics that hold mail
 * @param delays the retry tiers; one delay topic each
 */
public record TopicSettings(int partitions, short replication, boolean flushEachAppend, List<Duration> delays) {
    public TopicSettings {
        delays = List.copyOf(delays);
    }
}
