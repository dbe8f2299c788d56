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
 * What leaves the tiers in one transaction, with the progress that this means. When it can't be committed its owner goes on from what the group knows: whether it was
 * in the end is known there only. Confined to the loop's thread.
 */
final class TierBatch {
    private final Transactor transactor;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final Map<TopicPartition, TierProgress> changed = new HashMap<>();
    private long bytes;

    /** All that was done since the last commit is not, as far as is known. */
    static final class NotCommitted extends RuntimeException {
        private static final long serialVersionUID = 1;

        private NotCommitted() {
            super("what leaves the tiers is not committed");
        }
    }

    /** {@code consumer}: the one that is in the group. */
    TierBatch(Transactor transactor, KafkaConsumer<byte[], byte[]> consumer) {
        this.transactor = transactor;
        this.consumer = consumer;
    }

    /** Writes that record; its progress is said by {@link #progress}. */
    void write(ProducerRecord<byte[], byte[]> record) {
        records.add(record);
        bytes += RecordSize.octets(record);
    }

    /** The partition's progress is other than what was committed last. */
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
