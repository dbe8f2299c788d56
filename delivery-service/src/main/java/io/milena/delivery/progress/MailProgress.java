package io.milena.delivery.progress;

import org.apache.kafka.common.TopicPartition;

/** How far the topics of mail are settled, by the commits of the groups that read them at one time. Immutable. */
public interface MailProgress {
    /** The first offset that may be unfinished. */
    long head(TopicPartition partition);

    /** Whether the results of the record are on other topics by now. */
    boolean isFinished(TopicPartition partition, long offset);
}
