package io.milena.topics;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Commits what a tick of work came to, records and progress together, in one Kafka transaction that the group's generation fences: a
 * replica that lost its partitions can commit nothing. Confined to the thread of its loop; blocks.
 */
public final class Transactor implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Transactor.class);
    private static final int COMMIT_TRIES = 4;

    private final KafkaClients clients;
    private final String transactionalId;
    private KafkaProducer<byte[], byte[]> producer;

    public Transactor(KafkaClients clients, String transactionalId) {
        this.clients = clients;
        this.transactionalId = transactionalId;
    }

    /** Whether all of it is committed; false: none of it, and the caller tries again or has lost the partitions. */
    public boolean commit(
            Collection<ProducerRecord<byte[], byte[]>> records,
            Map<TopicPartition, OffsetAndMetadata> progress,
            ConsumerGroupMetadata group) {
        try {
            ready().beginTransaction();
            for (var record : records) {
                producer.send(record);
            }
            producer.sendOffsetsToTransaction(progress, group);
            commitCertainly();
            return true;
        } catch (KafkaException | IllegalStateException e) {
            LOG.warnf("%s: transaction of %d records is given up: %s", transactionalId, records.size(), e.toString());
            abort();
            return false;
        }
    }

    /** A commit that timed out may have happened: asking again is safe, beginning anew would do the work twice. */
    private void commitCertainly() {
        for (int tries = 1; ; tries++) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                if (tries == COMMIT_TRIES) {
                    throw e;
                }
            }
        }
    }

    private KafkaProducer<byte[], byte[]> ready() {
        if (producer == null) {
            var fresh = clients.producer(Map.of(
                    "transactional.id", transactionalId,
                    "client.id", transactionalId,
                    // A transaction that a dead replica left open holds up every reader for so long.
                    "transaction.timeout.ms", 10_000,
                    "delivery.timeout.ms", 10_000,
                    "request.timeout.ms", 8_000,
                    "max.block.ms", 15_000));
            try {
                fresh.initTransactions();
            } catch (KafkaException e) {
                fresh.close(Duration.ZERO);
                throw e;
            }
            producer = fresh;
        }
        return producer;
    }

    private void abort() {
        if (producer == null) {
            return;
        }
        try {
            producer.abortTransaction();
        } catch (KafkaException | IllegalStateException e) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(5));
        }
    }
}
