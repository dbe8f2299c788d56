package io.milena.delivery.outcome;

import io.milena.delivery.progress.PartitionProgress;
import io.milena.topics.RecordSize;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** What is to be written because of one record, in the same transaction as the progress past it. */
public record Settlement(
        TopicPartition partition,
        PartitionProgress progress,
        PartitionProgress.Entry entry,
        List<ProducerRecord<byte[], byte[]>> records) {

    /** What it takes of a transaction. */
    public long octets() {
        return records.stream().mapToLong(RecordSize::octets).sum();
    }
}
