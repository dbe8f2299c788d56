package io.milena.topics;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Commits what a tick of work came to, records and progress together, in one Kafka transaction that the group's generation fences: a
 * replica that lost its partitions can commit nothing. One record's fault is that record's: it is made to fit before it is sent ({@link Fitting}), and where Kafka
 * refuses a transaction twice for what is in it, the records to blame are searched for, put aside as dead letters, and the others committed. Confined to the
 * thread of its loop; blocks.
 */
public final class Transactor implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Transactor.class);
    private static final int COMMIT_TRIES = 4;

    private final KafkaClients clients;
    private final String transactionalId;
    private final LoopHealth health;
    private final Fitting fitting;
    private KafkaProducer<byte[], byte[]> producer;
    /** Of the producer. */
    private int batch;

    /** Tells {@code health} of each commit and of what stands in the way of one. */
    public Transactor(KafkaClients clients, String transactionalId, LoopHealth health) {
        this.clients = clients;
        this.transactionalId = transactionalId;
        this.health = health;
        this.fitting = new Fitting(clients.limits(), health, Clock.systemUTC());
    }

    /** Whether all of it is committed; false: none of it, and the caller tries again or has lost the partitions. */
    public boolean commit(
            Collection<ProducerRecord<byte[], byte[]>> records,
            Map<TopicPartition, OffsetAndMetadata> progress,
            ConsumerGroupMetadata group) {
        try {
            var failure = write(fit(records), progress, group);
            if (failure.filter(Transactor::mayBeARecords).isPresent()) {
                // What a topic takes may have changed since we asked.
                clients.limits().forget();
                var fitted = fit(records);
                failure = write(fitted, progress, group);
                if (failure.filter(Transactor::mayBeARecords).isPresent()) {
                    failure = write(withoutRefused(fitted), progress, group);
                }
            }
            failure.ifPresent(why -> givenUp(records.size(), why));
            if (failure.isEmpty()) {
                health.committed();
            }
            return failure.isEmpty();
        } catch (KafkaException | IllegalStateException e) {
            givenUp(records.size(), e);
            abort();
            return false;
        }
    }

    private void givenUp(int records, Exception why) {
        health.failed(why);
        LOG.warnf("%s: a transaction of %d records is given up: %s", transactionalId, records, why.toString());
    }

    private List<ProducerRecord<byte[], byte[]>> fit(Collection<ProducerRecord<byte[], byte[]>> records) {
        var fitted = fitting.fit(records.stream().map(this::withPartition).toList());
        if (clients.limits().largestBatch() < batch) {
            // Records that fit one by one would not fit together.
            close();
            producer = null;
        }
        return fitted;
    }

    /** A partition that does not exist would be waited for: its mail goes where its key leads. */
    private ProducerRecord<byte[], byte[]> withPartition(ProducerRecord<byte[], byte[]> record) {
        return record.partition() == null
                        || record.partition()
                                < ready().partitionsFor(record.topic()).size()
                ? record
                : new ProducerRecord<>(record.topic(), null, record.key(), record.value(), record.headers());
    }

    /** Empty if it is committed, else why nothing is. */
    private Optional<Exception> write(
            List<ProducerRecord<byte[], byte[]>> records,
            Map<TopicPartition, OffsetAndMetadata> progress,
            ConsumerGroupMetadata group) {
        var refusal = new AtomicReference<Exception>();
        try {
            ready().beginTransaction();
            send(records, refusal);
            producer.sendOffsetsToTransaction(progress, group);
            commitCertainly();
            return Optional.empty();
        } catch (KafkaException | IllegalStateException e) {
            abort();
            return Optional.of(refusal.get() == null ? e : refusal.get());
        }
    }

    /** The first refusal is kept: what the producer throws after it says only that there was one. */
    private void send(List<ProducerRecord<byte[], byte[]>> records, AtomicReference<Exception> refusal) {
        for (var record : records) {
            producer.send(record, (metadata, failure) -> {
                if (failure != null) {
                    refusal.compareAndSet(null, failure);
                }
            });
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

    /** With dead letters instead of those that Kafka refuses each by itself. */
    private List<ProducerRecord<byte[], byte[]>> withoutRefused(List<ProducerRecord<byte[], byte[]>> records) {
        var refused = new IdentityHashMap<ProducerRecord<byte[], byte[]>, Exception>();
        search(records, refused);
        var others = new ArrayList<ProducerRecord<byte[], byte[]>>(records.size());
        for (var record : records) {
            var why = refused.get(record);
            if (why == null) {
                others.add(record);
            } else {
                others.addAll(fitting.putAside(record, "5.3.0", "Kafka does not take it: " + why));
            }
        }
        return others;
    }

    /** Bisects by transactions that are aborted: nobody sees them, and no progress is committed before all is known. */
    private void search(
            List<ProducerRecord<byte[], byte[]>> records, Map<ProducerRecord<byte[], byte[]>, Exception> refused) {
        var failure = tried(records);
        if (failure.isEmpty()) {
            return;
        }
        if (!mayBeARecords(failure.get())) {
            throw new KafkaException("the records to blame cannot be searched for now", failure.get());
        }
        if (records.size() == 1) {
            refused.put(records.getFirst(), failure.get());
            return;
        }
        int half = records.size() / 2;
        search(records.subList(0, half), refused);
        search(records.subList(half, records.size()), refused);
    }

    private Optional<Exception> tried(List<ProducerRecord<byte[], byte[]>> records) {
        var refusal = new AtomicReference<Exception>();
        try {
            ready().beginTransaction();
            send(records, refusal);
            producer.flush();
        } catch (KafkaException | IllegalStateException e) {
            refusal.compareAndSet(null, e);
        }
        abort();
        return Optional.ofNullable(refusal.get());
    }

    /** Whether what is written may be to blame, rather than brokers that are away, our rights, or a group that has gone on without us. */
    private static boolean mayBeARecords(Exception failure) {
        return Stream.iterate((Throwable) failure, cause -> cause != null, Throwable::getCause)
                .limit(10)
                .noneMatch(cause -> cause instanceof RetriableException
                        || cause instanceof AuthorizationException
                        || cause instanceof AuthenticationException
                        || cause instanceof ProducerFencedException
                        || cause instanceof InvalidProducerEpochException
                        || cause instanceof OutOfOrderSequenceException
                        || cause instanceof FencedInstanceIdException
                        || cause instanceof CommitFailedException
                        || cause instanceof InterruptException
                        || cause instanceof IllegalStateException);
    }

    private KafkaProducer<byte[], byte[]> ready() {
        if (producer == null) {
            batch = clients.limits().largestBatch();
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
