package io.milena.delivery.progress;

import org.apache.kafka.common.TopicPartition;

/** How far the topics of mail are dealt with, as the groups that read them had committed at one time. Immutable. */
public interface MailProgress {
    /** The first offset that may wait. */
    long head(TopicPartition partition);

    /** Whether what became of the record is on other topics by now. */
    boolean isFinished(TopicPartition partition, long offset);
}
