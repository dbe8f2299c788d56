package io.milena.delivery.site;

import io.milena.delivery.progress.PartitionProgress;
import io.milena.delivery.route.Way;
import io.milena.topics.MailRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * One record of {@code mail.outbound} or {@code mail.waiting} that was read and waits for its turn. It counts against
 * the read-ahead budget until it is settled.
 */
public record QueuedMail(
        TopicPartition partition, PartitionProgress progress, PartitionProgress.Entry entry, MailRecord mail, Way way) {
    /** Memory that it holds, in octets, roughly. */
    public long bytes() {
        return mail.content().length + 1024L;
    }

    public String domain() {
        return mail.envelope().recipients().getFirst().domain();
    }

    public String account() {
        return mail.envelope().account();
    }

    /** Its class; 0 is the most urgent. */
    public int lane() {
        return switch (mail.envelope().priorityClass()) {
            case TRANSACTIONAL -> 0;
            case NORMAL -> 1;
            case BULK -> 2;
        };
    }
}
