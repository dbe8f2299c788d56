package io.milena.delivery.tier;

import io.milena.delivery.order.Flush;
import io.milena.delivery.order.Flushes;
import io.milena.delivery.outcome.DeliveryLog;
import io.milena.delivery.progress.Backlog;
import io.milena.delivery.progress.PartitionProgress;
import io.milena.delivery.progress.TierProgress;
import io.milena.topics.DeadLetter;
import io.milena.topics.MailRecord;
import io.milena.topics.Topics;
import io.milena.topics.kafka.DutyThread;
import io.milena.topics.kafka.GroupMember;
import io.milena.topics.kafka.HeldPartitions;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.LoopHealth;
import io.milena.topics.kafka.Positions;
import io.milena.topics.kafka.StartingPoints;
import io.milena.topics.kafka.Transactor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Brings deferred mail back to {@code mail.outbound}, on a platform thread of its own. Within a tier all mail waits
 * equally long, so the loop moves each tier's first record when it is due; between that a {@link TierScan} moves the
 * mail of a {@link Flush}. It reads every delay topic, also of tiers that are no longer configured. If a commit fails,
 * as when partitions move, the work is repeated; after other failures of Kafka it makes new clients. Both begin at the
 * last commit.
 */
public final class TierLoop implements ConsumerRebalanceListener, AutoCloseable {
    public static final String DUTY = "deferred";
    private static final int RECORDS_PER_TURN = 200;
    private static final Duration IDLE_POLL = Duration.ofMillis(500);
    /** Between two scans. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    /** A held partition is fetched again when it is released: so mail that becomes due one by one leaves in groups. */
    private static final Duration SHORTEST_HOLD = Duration.ofMillis(200);

    private final KafkaClients clients;
    private final GroupMember member;
    private final Flushes flushes;
    private final SiteLookup whereabouts;
    private final DeliveryLog log;
    private final Backlog backlog;
    private final Clock clock;
    private final LoopHealth health;
    private final DutyThread thread;
    private final Map<TopicPartition, Tier> owned = new HashMap<>();
    private final HeldPartitions held;
    private Optional<TierScan> scan = Optional.empty();
    private final StartingPoints starts;
    private long scanBegan;
    /** By {@link System#nanoTime()}; no scan begins before it. */
    private long scanFrom = System.nanoTime();

    private volatile KafkaConsumer<byte[], byte[]> consumer;
    private Transactor transactor;

    public TierLoop(
            KafkaClients clients,
            GroupMember member,
            Flushes flushes,
            SiteLookup whereabouts,
            DeliveryLog log,
            Backlog backlog,
            LoopHealth health,
            Clock clock) {
        this.clients = clients;
        this.member = member;
        this.flushes = flushes;
        this.whereabouts = whereabouts;
        this.log = log;
        this.backlog = backlog;
        this.health = health;
        this.clock = clock;
        this.held = new HeldPartitions(clock);
        this.starts = new StartingPoints(clients, health, GroupMember.group(DUTY), PartitionProgress::reach, clock);
        this.thread = new DutyThread(health, this::turnsUntilFailure, this::wakeUp);
    }

    public void start() {
        thread.start();
    }

    boolean alive() {
        return thread.alive();
    }

    private void turnsUntilFailure() {
        owned.clear();
        held.forgetAll();
        try (var newTransactor = new Transactor(clients, member.transactionalId(DUTY), health);
                var fresh = clients.consumer(member.consumer(
                        GroupMember.group(DUTY),
                        Map.of(
                                "max.poll.records", RECORDS_PER_TURN,
                                "fetch.max.bytes", 16 * 1024 * 1024,
                                "max.partition.fetch.bytes", 4 * 1024 * 1024)))) {
            consumer = fresh;
            transactor = newTransactor;
            fresh.subscribe(Topics.DEFERRED, member.listening(fresh, this));
            var batch = new TierBatch(transactor, fresh);
            boolean due = false;
            while (thread.open()) {
                health.turned();
                // Due mail goes before a flush, and must be fetched first.
                var records = fresh.poll(scan.isPresent() && !due ? Duration.ZERO : held.untilNextDue(IDLE_POLL));
                if (records.isEmpty()) {
                    health.nothingRead(fresh);
                } else {
                    health.heard();
                    health.work();
                }
                try {
                    serve(records, batch);
                    due = held.release(fresh);
                    flush(batch);
                    health.idle();
                } catch (TierBatch.NotCommitted e) {
                    newTransactor.requireMembership();
                    again();
                }
                owned.forEach(this::report);
            }
        } finally {
            endScan();
        }
    }

    private void report(TopicPartition partition, Tier tier) {
        Positions.known(consumer, partition).ifPresent(position -> {
            long next = Math.max(position, tier.progress().head());
            backlog.report(partition, next + tier.progress().finishedBehindHead(), 0);
        });
    }

    /** Moves due mail, and holds a partition at the first record that is not due. */
    private void serve(ConsumerRecords<byte[], byte[]> records, TierBatch batch) {
        var now = clock.instant();
        for (var partition : records.partitions()) {
            var progress = owned.get(partition).progress();
            for (var record : records.records(partition)) {
                progress.saw(record.leaderEpoch());
                if (!progress.isFinished(record.offset())) {
                    var due = leave(record, now, batch);
                    if (due.isPresent()) {
                        held.hold(consumer, partition, record.offset(), notAtOnce(due.get(), now));
                        break;
                    }
                }
                progress.finish(progress.head(), Math.max(progress.head(), record.offset() + 1));
                batch.progress(partition, progress);
                batch.commitIfLarge();
            }
        }
        batch.commit();
    }

    private static Instant notAtOnce(Instant due, Instant now) {
        var soon = now.plus(SHORTEST_HOLD);
        return due.isBefore(soon) ? soon : due;
    }

    /** Moves a record out of its tier; if it is not due, returns when it is. */
    private Optional<Instant> leave(ConsumerRecord<byte[], byte[]> record, Instant now, TierBatch batch) {
        try {
            var mail = MailRecord.from(record);
            var due = mail.envelope().retrying().dueAt();
            if (due.isPresent() && due.get().isAfter(now)) {
                return due;
            }
            batch.write(back(mail));
        } catch (RuntimeException | StackOverflowError e) {
            // Not mail, or mail that triggers a bug: the partition goes on.
            log.deadLetter(record, e);
            batch.write(DeadLetter.of(record, e));
        }
        return Optional.empty();
    }

    /** The record with which mail is retried. */
    public static ProducerRecord<byte[], byte[]> back(MailRecord mail) {
        return mail.to(Topics.OUTBOUND, mail.envelope().recipients().getFirst().domain());
    }

    /** Takes one step of a requested scan; between two steps due mail is served, and the group hears of us. */
    private void flush(TierBatch batch) {
        if (scan.isEmpty()) {
            scan = begin();
        }
        scan.ifPresent(now -> {
            now.step(batch);
            if (now.isOver()) {
                endScan();
            }
        });
    }

    private Optional<TierScan> begin() {
        var current = flushes.current();
        if (current.isEmpty() || System.nanoTime() - scanFrom < 0) {
            return Optional.empty();
        }
        var asked = new HashMap<Tier, List<Flush>>();
        owned.values().forEach(tier -> {
            var unserved = current.stream()
                    .filter(flush -> !tier.served().contains(flush.id()))
                    .toList();
            if (!unserved.isEmpty()) {
                asked.put(tier, unserved);
            }
        });
        var ids = current.stream().map(Flush::id).collect(Collectors.toSet());
        owned.values().forEach(tier -> tier.served().retainAll(ids));
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        scanBegan = System.nanoTime();
        return Optional.of(new TierScan(clients, asked, whereabouts, clock));
    }

    private void endScan() {
        scan.ifPresent(ended -> {
            ended.close();
            // Flushes that follow each other closely are served together, and take half of the loop's time at most.
            long now = System.nanoTime();
            scanFrom = now + Math.min(now - scanBegan, LONGEST_PAUSE.toNanos());
        });
        scan = Optional.empty();
    }

    /** Continues from the group's offset, which the group tells when it is certain. */
    private void again() {
        endScan();
        thread.pause();
        takeUp(Set.copyOf(owned.keySet()));
        owned.forEach((partition, tier) -> {
            consumer.seek(partition, tier.progress().head());
            if (held.forget(partition)) {
                consumer.resume(List.of(partition));
            }
        });
    }

    private void takeUp(Set<TopicPartition> partitions) {
        starts.find(consumer, transactor, partitions)
                .forEach((partition, start) -> owned.put(partition, Tier.of(partition, TierProgress.from(start))));
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        takeUp(Set.copyOf(partitions));
    }

    /** Everything that was done is committed, or the partition was never ours. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        for (var partition : partitions) {
            owned.remove(partition);
            held.forget(partition);
            scan.ifPresent(now -> now.leave(partition));
            backlog.forget(partition);
        }
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
