package io.milena.delivery.outcome;

import io.milena.delivery.progress.PartitionProgress;
import io.milena.topics.RecordSize;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** The records to be written because of one record, in the same transaction as the progress past it. */
public record Settlement(
        TopicPartition partition,
        PartitionProgress progress,
        PartitionProgress.Entry entry,
        List<ProducerRecord<byte[], byte[]>> records) {

    /** The octets that its records take of a transaction. */
    public long octets() {
        return records.stream().mapToLong(RecordSize::octets).sum();
    }
}
