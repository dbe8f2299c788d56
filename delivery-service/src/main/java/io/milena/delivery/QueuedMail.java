package io.milena.delivery;

import io.milena.topics.MailRecord;
import org.apache.kafka.common.TopicPartition;

/** One record of {@code mail.outbound} that was read and waits for its turn; it counts against the read-ahead budget until it is settled. */
record QueuedMail(
        TopicPartition partition, PartitionProgress progress, PartitionProgress.Entry entry, MailRecord mail) {
    /** Memory that it holds, roughly. */
    long bytes() {
        return mail.content().length + 1024L;
    }
}
