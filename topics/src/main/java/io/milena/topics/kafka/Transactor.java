package io.milena.topics.kafka;

import io.milena.topics.DeadLetter;
import io.milena.topics.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.jboss.logging.Logger;

/**
 * Commits the results of a tick, records and progress together, in one Kafka transaction that the group's generation
 * fences: a replica that lost its partitions can commit nothing. Records are made to fit before they are sent
 * ({@link Fitting}). If Kafka refuses a transaction twice for its content, the bad records are searched for and put
 * aside as dead letters, and the others are committed. Confined to the thread of its loop; blocks.
 */
public final class Transactor implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Transactor.class);
    /**
     * Octets after which a transaction ends and another begins: mail to many domains makes many records, and each
     * transaction must end within seconds.
     */
    public static final long LARGEST = 8L * 1024 * 1024;

    private static final int COMMIT_TRIES = 4;
    /** Octets of a dead letter that any topic takes. */
    private static final int SMALL_LETTER = 32 * 1024;
    /** Refusals that a record does not cause. */
    private static final Set<Class<? extends Exception>> NOBODYS_FAULT = Set.of(
            RetriableException.class,
            AuthorizationException.class,
            AuthenticationException.class,
            ProducerFencedException.class,
            InvalidProducerEpochException.class,
            InvalidPidMappingException.class,
            InvalidTxnStateException.class,
            TransactionAbortableException.class,
            TransactionAbortedException.class,
            OutOfOrderSequenceException.class,
            UnknownServerException.class,
            InterruptException.class);

    /** Interval between two deletions of settled mail. */
    private static final Duration STEP = Duration.ofSeconds(30);

    private final KafkaClients clients;
    private final String transactionalId;
    private final LoopHealth health;
    private final Fitting fitting;
    private final SettledRecords settled;
    private final Expulsion expulsion = new Expulsion(System::nanoTime);
    private KafkaProducer<byte[], byte[]> producer;
    /** Batch size of the producer. */
    private int batch;

    /** Reports to {@code health} each commit and each failure. */
    public Transactor(KafkaClients clients, String transactionalId, LoopHealth health) {
        this.clients = clients;
        this.transactionalId = transactionalId;
        this.health = health;
        this.fitting = new Fitting(clients.limits(), health, Clock.systemUTC());
        this.settled = new SettledRecords(clients.base(), clients.keepSettled(), STEP, health);
    }

    /** Why nothing was committed; {@code ofARecord}: Kafka refused a record, and may take the others. */
    private record Failure(Exception why, boolean ofARecord) {}

    /** Whether all of it was committed; false: nothing was, and the caller retries or has lost the partitions. */
    public boolean commit(
            Collection<ProducerRecord<byte[], byte[]>> records,
            Map<TopicPartition, OffsetAndMetadata> progress,
            ConsumerGroupMetadata group) {
        try {
            var failure = write(fit(records), progress, group);
            if (failure.filter(Failure::ofARecord).isPresent()) {
                // The limit of a topic may have changed since we asked.
                clients.limits().forget();
                var fitted = fit(records);
                failure = write(fitted, progress, group);
                if (failure.filter(Failure::ofARecord).isPresent()) {
                    failure = write(withoutRefused(fitted), progress, group);
                }
            }
            if (failure.isEmpty()) {
                expulsion.committed();
                fitting.committed();
                health.committed();
                settled.committed(progress);
                return true;
            }
            givenUp(records.size(), failure.get().why());
        } catch (KafkaException | IllegalStateException e) {
            givenUp(records.size(), e);
            abort();
        }
        return false;
    }

    /**
     * Throws if the group has refused every commit for long, as one of no member: only another consumer can join it
     * again.
     */
    public void requireMembership() {
        var refusal = expulsion.refusal();
        if (refusal.isPresent()) {
            throw new DutyThread.UnavailableException(
                    transactionalId + ": the group does not know this member, which has not noticed", refusal.get());
        }
    }

    private void givenUp(int records, Exception why) {
        health.failed(why);
        // Several records that together exceed a topic's limit end in a time-out: the next attempt asks for the limit.
        clients.limits().forget();
        LOG.warnf("%s: a transaction of %d records failed: %s", transactionalId, records, why.toString());
    }

    private List<ProducerRecord<byte[], byte[]>> fit(Collection<ProducerRecord<byte[], byte[]>> records) {
        var fitted = fitting.fit(records.stream().map(this::withPartition).toList());
        if (clients.limits().largestBatch() < batch) {
            // Records that fit one by one would not fit together.
            close();
        }
        return fitted;
    }

    /** A producer would wait for a partition that does not exist: such mail goes where its key leads. */
    private ProducerRecord<byte[], byte[]> withPartition(ProducerRecord<byte[], byte[]> record) {
        return record.partition() == null
                        || record.partition()
                                < ready().partitionsFor(record.topic()).size()
                ? record
                : new ProducerRecord<>(record.topic(), null, record.key(), record.value(), record.headers());
    }

    /** Empty if it was committed, otherwise why nothing was. */
    private Optional<Failure> write(
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
            if (e instanceof CommitFailedException) {
                expulsion.refused(e);
            }
            abort();
            return Optional.of(failure(refusal.get(), e));
        }
    }

    private static Failure failure(Exception refusal, Exception thrown) {
        return refusal == null ? new Failure(thrown, false) : new Failure(refusal, mayBeARecords(refusal));
    }

    /** Keeps the first refusal: the producer's later exceptions only say that there was one. */
    private void send(List<ProducerRecord<byte[], byte[]>> records, AtomicReference<Exception> refusal) {
        for (var record : records) {
            producer.send(record, (metadata, failure) -> {
                if (failure != null) {
                    refusal.compareAndSet(null, failure);
                }
            });
        }
    }

    /**
     * Commits until the result is certain. A commit that timed out may have happened: asking again is safe, starting
     * over would repeat the work.
     */
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

    /** The records, with dead letters instead of those that Kafka refuses individually. */
    private List<ProducerRecord<byte[], byte[]>> withoutRefused(List<ProducerRecord<byte[], byte[]>> records) {
        var refused = new IdentityHashMap<ProducerRecord<byte[], byte[]>, Exception>();
        search(records, refused);
        var others = new ArrayList<ProducerRecord<byte[], byte[]>>(records.size());
        for (var record : records) {
            var why = refused.get(record);
            if (why == null) {
                others.add(record);
            } else {
                others.addAll(instead(fitting.putAside(record, "5.3.0", "Kafka does not take it: " + why)));
            }
        }
        return others;
    }

    /** If we may not ask for the limit of the dead-letter topic, its refusal tells. */
    private List<ProducerRecord<byte[], byte[]>> instead(List<ProducerRecord<byte[], byte[]>> putAside) {
        return tried(putAside).filter(Failure::ofARecord).isEmpty()
                ? putAside
                : putAside.stream()
                        .map(record -> record.topic().equals(Topics.DEAD_LETTERS)
                                ? DeadLetter.cut(record, SMALL_LETTER)
                                : record)
                        .toList();
    }

    /**
     * Bisects by transactions that are aborted: no consumer sees them, and no progress is committed before all bad
     * records are known.
     */
    private void search(
            List<ProducerRecord<byte[], byte[]>> records, Map<ProducerRecord<byte[], byte[]>, Exception> refused) {
        var failure = tried(records);
        if (failure.isEmpty()) {
            return;
        }
        if (!failure.get().ofARecord()) {
            throw new KafkaException(
                    "the refused records cannot be identified", failure.get().why());
        }
        if (records.size() == 1) {
            refused.put(records.getFirst(), failure.get().why());
            return;
        }
        int half = records.size() / 2;
        search(records.subList(0, half), refused);
        search(records.subList(half, records.size()), refused);
    }

    private Optional<Failure> tried(List<ProducerRecord<byte[], byte[]>> records) {
        var refusal = new AtomicReference<Exception>();
        Exception thrown = null;
        try {
            ready().beginTransaction();
            send(records, refusal);
            producer.flush();
        } catch (KafkaException | IllegalStateException e) {
            thrown = e;
        }
        // Read before the abort, which fails all pending sends with an exception of its own.
        var refused = refusal.get();
        abort();
        return refused == null && thrown == null ? Optional.empty() : Optional.of(failure(refused, thrown));
    }

    /**
     * Whether the written records may be the cause, rather than brokers in trouble, missing rights, or a group that has
     * gone on without us.
     */
    private static boolean mayBeARecords(Exception refusal) {
        return Stream.iterate((Throwable) refusal, cause -> cause != null, Throwable::getCause)
                .limit(10)
                .noneMatch(cause -> NOBODYS_FAULT.stream().anyMatch(type -> type.isInstance(cause)));
    }

    private KafkaProducer<byte[], byte[]> ready() {
        if (producer == null) {
            batch = clients.limits().largestBatch();
            var fresh = clients.producer(Map.of(
                    "transactional.id", transactionalId,
                    "client.id", transactionalId,
                    // A transaction that a dead replica left open blocks every reader for this long.
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
            producer = null;
        }
    }
}
