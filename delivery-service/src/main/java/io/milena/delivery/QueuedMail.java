package io.milena.delivery;

import io.milena.topics.MailRecord;
import org.apache.kafka.common.TopicPartition;

/** One record of {@code mail.outbound} or {@code mail.waiting} that was read and waits for its turn; it counts against the read-ahead budget until it is settled. */
record QueuedMail(
        TopicPartition partition, PartitionProgress progress, PartitionProgress.Entry entry, MailRecord mail, Way way) {
    /** Memory that it holds, roughly. */
    long bytes() {
        return mail.content().length + 1024L;
    }

    String domain() {
        return mail.envelope().recipients().getFirst().domain();
    }

    String account() {
        return mail.envelope().account();
    }

    /** Its class, the most urgent 0. */
    int lane() {
        return switch (mail.envelope().priorityClass()) {
            case TRANSACTIONAL -> 0;
            case NORMAL -> 1;
            case BULK -> 2;
        };
    }
}
