package io.milena.topics.kafka;

import io.milena.topics.DeadLetter;
import io.milena.topics.RecordSize;
import io.milena.topics.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Consume, transform, produce: moves records from topic to topic, results and progress in one transaction, on a
 * platform thread of its own. A record that is not due yet holds its partition: within a delay topic every record waits
 * equally long, so no record behind it is due earlier. After a failure of Kafka it makes new clients, which begin at
 * the last commit.
 */
public final class TransferLoop implements ConsumerRebalanceListener, AutoCloseable {
    private static final int RECORDS_PER_TURN = 200;
    private static final Duration IDLE_POLL = Duration.ofMillis(500);

    private final KafkaClients clients;
    private final GroupMember member;
    private final LoopHealth health;
    private final int recordsPerTurn;
    private final BiConsumer<KafkaConsumer<byte[], byte[]>, ConsumerRebalanceListener> subscribe;
    private final Function<ConsumerRecord<byte[], byte[]>, Step> step;
    private final Observer observer;
    private final DutyThread thread;
    private final HeldPartitions held;
    private final StartingPoints starts;
    private volatile KafkaConsumer<byte[], byte[]> consumer;
    private Transactor transactor;
    private volatile boolean connected;

    /** The decision about one record. */
    public sealed interface Step permits Move, Hold {}

    /** Write these records instead of it; {@code committed} runs after the commit. */
    public record Move(List<ProducerRecord<byte[], byte[]>> records, Runnable committed) implements Step {
        public Move {
            records = List.copyOf(records);
        }

        public Move(List<ProducerRecord<byte[], byte[]>> records) {
            this(records, () -> {});
        }
    }

    /** Leave it, and all records behind it in the partition, until that time. */
    public record Hold(Instant until) implements Step {}

    /** Is told of events in the loop; called by its thread. */
    public interface Observer {
        /** The record could not be handled: it goes to {@link Topics#DEAD_LETTERS}, and the partition goes on. */
        void deadLetter(ConsumerRecord<byte[], byte[]> record, Throwable reason);

        /** The next offset to be read of an owned partition. */
        default void position(TopicPartition partition, long next) {}

        /** The partition is no longer owned. */
        default void forget(TopicPartition partition) {}
    }

    /**
     * A loop that has not begun, for a quick step; its group is {@code milena-<duty>}, and its health is named by the
     * duty.
     */
    public TransferLoop(
            KafkaClients clients,
            GroupMember member,
            LoopHealth health,
            BiConsumer<KafkaConsumer<byte[], byte[]>, ConsumerRebalanceListener> subscribe,
            Function<ConsumerRecord<byte[], byte[]>, Step> step,
            Observer observer,
            Clock clock) {
        this(clients, member, health, RECORDS_PER_TURN, subscribe, step, observer, clock);
    }

    /**
     * A loop that has not begun, of the group {@code milena-<duty>}.
     *
     * @param health named by the duty; a turn that commits nothing for a minute is a stall, so a turn must be shorter
     * @param recordsPerTurn most records that are handled before the group hears of this member again
     * @param step an exception sends the record to the dead letters, except Kafka's own exceptions: then the batch is
     *     repeated
     */
    public TransferLoop(
            KafkaClients clients,
            GroupMember member,
            LoopHealth health,
            int recordsPerTurn,
            BiConsumer<KafkaConsumer<byte[], byte[]>, ConsumerRebalanceListener> subscribe,
            Function<ConsumerRecord<byte[], byte[]>, Step> step,
            Observer observer,
            Clock clock) {
        this.clients = clients;
        this.member = member;
        this.health = health;
        this.recordsPerTurn = recordsPerTurn;
        this.subscribe = subscribe;
        this.step = step;
        this.observer = observer;
        this.held = new HeldPartitions(clock);
        this.starts =
                new StartingPoints(clients, health, GroupMember.group(health.name()), OffsetAndMetadata::offset, clock);
        this.thread = new DutyThread(health, this::turnsUntilFailure, this::wakeUp);
    }

    public void start() {
        thread.start();
    }

    public String duty() {
        return health.name();
    }

    public boolean alive() {
        return thread.alive();
    }

    /** Whether the last turn succeeded. */
    public boolean connected() {
        return connected && alive();
    }

    private void turnsUntilFailure() {
        held.forgetAll();
        try (var newTransactor = new Transactor(clients, member.transactionalId(duty()), health);
                var fresh = clients.consumer(member.consumer(
                        GroupMember.group(duty()),
                        Map.of(
                                "max.poll.records", recordsPerTurn,
                                "fetch.max.bytes", 16 * 1024 * 1024,
                                "max.partition.fetch.bytes", 4 * 1024 * 1024)))) {
            consumer = fresh;
            transactor = newTransactor;
            subscribe.accept(fresh, member.listening(fresh, this));
            while (thread.open()) {
                health.turned();
                connected = transfer(fresh.poll(held.untilNextDue(IDLE_POLL)));
                transactor.requireMembership();
                held.release(fresh);
                fresh.assignment()
                        .forEach(partition -> Positions.known(fresh, partition)
                                .ifPresent(next -> observer.position(partition, next)));
            }
        } finally {
            connected = false;
        }
    }

    /** Whether all of the batch is committed or held. */
    private boolean transfer(ConsumerRecords<byte[], byte[]> batch) {
        if (batch.isEmpty()) {
            health.nothingRead(consumer);
            return true;
        }
        health.heard();
        health.work();
        var uncommitted = new HashMap<TopicPartition, Long>();
        for (var partition : batch.partitions()) {
            uncommitted.put(partition, batch.records(partition).getFirst().offset());
        }
        var transfer = new Transfer();
        for (var partition : batch.partitions()) {
            for (var record : batch.records(partition)) {
                var next = stepFor(record);
                if (next instanceof Hold(var until)) {
                    held.hold(consumer, partition, record.offset(), until);
                    break;
                }
                transfer.add(partition, record, (Move) next);
                if (transfer.bytes >= Transactor.LARGEST) {
                    if (!transfer.commit(transactor, consumer, uncommitted)) {
                        again(uncommitted);
                        return false;
                    }
                    transfer = new Transfer();
                }
            }
        }
        if (!transfer.commit(transactor, consumer, uncommitted)) {
            again(uncommitted);
            return false;
        }
        // Everything is committed, or not due.
        health.idle();
        return true;
    }

    /** The content of one transaction. */
    private static final class Transfer {
        private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        private final List<Runnable> committed = new ArrayList<>();
        private final Map<TopicPartition, OffsetAndMetadata> progress = new HashMap<>();
        private long bytes;

        private void add(TopicPartition partition, ConsumerRecord<byte[], byte[]> record, Move move) {
            records.addAll(move.records());
            committed.add(move.committed());
            progress.put(partition, new OffsetAndMetadata(record.offset() + 1, record.leaderEpoch(), ""));
            move.records().forEach(written -> bytes += RecordSize.octets(written));
        }

        private boolean commit(
                Transactor transactor, KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> uncommitted) {
            if (progress.isEmpty()) {
                return true;
            }
            if (!transactor.commit(records, progress, consumer.groupMetadata())) {
                return false;
            }
            progress.forEach((partition, next) -> uncommitted.put(partition, next.offset()));
            committed.forEach(Runnable::run);
            return true;
        }
    }

    /**
     * A record that is not mail, or that triggers a bug, is put aside, and the partition goes on. An error of the JVM
     * is not the record's fault.
     */
    private Step stepFor(ConsumerRecord<byte[], byte[]> record) {
        try {
            return step.apply(record);
        } catch (KafkaException e) {
            // Not the record's fault.
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            observer.deadLetter(record, e);
            return new Move(List.of(DeadLetter.of(record, e)));
        }
    }

    /**
     * Rewinds so that uncommitted records are read again by whichever replica owns them then. That includes held
     * partitions: records before the hold are due.
     */
    private void again(Map<TopicPartition, Long> uncommitted) {
        thread.pause();
        // A commit whose answer was lost may have happened: the group's offset decides, and the call waits until that
        // is certain.
        var known = consumer.committed(uncommitted.keySet());
        uncommitted.forEach((partition, first) -> {
            if (consumer.assignment().contains(partition)) {
                var committed = known.get(partition);
                consumer.seek(partition, committed == null ? first : Math.max(first, committed.offset()));
                if (held.forget(partition)) {
                    consumer.resume(List.of(partition));
                }
            }
        });
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        starts.find(consumer, transactor, partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        partitions.forEach(held::forget);
        partitions.forEach(observer::forget);
    }

    private void wakeUp() {
        var current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }

    /** Asks the loop to end after the transaction under way. */
    public void stop() {
        thread.stop();
    }

    /** Stops and waits; a transaction that does not end in time is aborted later. */
    @Override
    public void close() {
        thread.close();
    }
}
