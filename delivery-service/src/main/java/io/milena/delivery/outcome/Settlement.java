package io.milena.delivery.outcome;

import io.milena.delivery.progress.PartitionProgress;
import io.milena.topics.RecordSize;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** The results of one record, to be written in one transaction with the progress past it. */
public record Settlement(
        TopicPartition partition,
        PartitionProgress progress,
        PartitionProgress.Entry entry,
        List<ProducerRecord<byte[], byte[]>> records) {

    /** The octets of its records in a transaction. */
    public long octets() {
        return records.stream().mapToLong(RecordSize::octets).sum();
    }
}
