package io.milena.topics.kafka;

import java.time.Duration;
import java.util.List;

/**
 * How the topics are made where they are missing. On one broker every append to a topic that holds mail is forced to
 * disk and partitions are few, so that commits group; on several, replication takes the disk's place.
 *
 * @param partitions of each mail topic
 * @param flushEachAppend {@code flush.messages=1} on the topics that hold mail
 * @param delays the retry tiers; one delay topic each
 * @param lifetime queue lifetime; bodies are kept for it and a day more
 */
public record TopicSettings(
        int partitions, short replication, boolean flushEachAppend, List<Duration> delays, Duration lifetime) {
    public TopicSettings {
        delays = List.copyOf(delays);
    }
}
