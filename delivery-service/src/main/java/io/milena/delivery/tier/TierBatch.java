package io.milena.delivery.tier;

import io.milena.delivery.progress.TierProgress;
import io.milena.topics.RecordSize;
import io.milena.topics.kafka.Transactor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The records that leave the tiers in one transaction, with the progress. If the commit fails its owner continues from
 * the group's offset, since only the group knows whether the commit happened. Confined to the loop's thread.
 */
final class TierBatch {
    private final Transactor transactor;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final Map<TopicPartition, TierProgress> changed = new HashMap<>();
    private long bytes;

    /** Nothing since the last commit is committed, as far as we know. */
    static final class NotCommitted extends RuntimeException {
        private static final long serialVersionUID = 1;

        private NotCommitted() {
            super("what leaves the tiers is not committed");
        }
    }

    /** {@code consumer}: the one in the group. */
    TierBatch(Transactor transactor, KafkaConsumer<byte[], byte[]> consumer) {
        this.transactor = transactor;
        this.consumer = consumer;
    }

    /** Writes a record; call {@link #progress} for its progress. */
    void write(ProducerRecord<byte[], byte[]> record) {
        records.add(record);
        bytes += RecordSize.octets(record);
    }

    /** Sets the partition's progress, which differs from the one committed last. */
    void progress(TopicPartition partition, TierProgress now) {
        changed.put(partition, now);
    }

    void commitIfLarge() {
        if (bytes >= Transactor.LARGEST) {
            commit();
        }
    }

    void commit() {
        if (changed.isEmpty()) {
            return;
        }
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        changed.forEach((partition, progress) -> offsets.put(partition, progress.toCommit()));
        boolean committed = transactor.commit(records, offsets, consumer.groupMetadata());
        records.clear();
        changed.clear();
        bytes = 0;
        if (!committed) {
            throw new NotCommitted();
        }
    }
}
