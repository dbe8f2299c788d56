package io.milena.delivery.outbound;

import io.milena.delivery.outcome.DeliveryLog;
import io.milena.delivery.outcome.Settlement;
import io.milena.delivery.progress.PartitionProgress;
import io.milena.topics.DeadLetter;
import io.milena.topics.MailRecord;
import io.milena.topics.Topics;
import io.milena.topics.kafka.DutyThread;
import io.milena.topics.kafka.GroupMember;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.LoopHealth;
import io.milena.topics.kafka.Transactor;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * The one consumer of {@code mail.outbound} in this replica, on a thread of its own: hands mail to {@link Destinations}
 * within the budget of {@link ReadAhead}, and each tick commits the {@link Settlements}, with the progress, in one
 * transaction. It retries when Kafka fails. After ten such failures in a row, or any other failure, it makes new
 * clients, which begin at the last commit as another replica would.
 */
public final class OutboundLoop implements ConsumerRebalanceListener, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(OutboundLoop.class);
    private static final Duration IDLE_POLL = Duration.ofMillis(500);
    private static final long LOOK_INTERVAL = Duration.ofSeconds(1).toNanos();
    /** How long a rebalance waits for transactions under way: if they end here, less mail is in doubt. */
    private static final Duration REVOKE_GRACE = Duration.ofSeconds(5);

    public static final String DUTY = Topics.duty(Topics.OUTBOUND);
    /** Kafka failures in a row after which new clients are made. */
    private static final int MOST_FAILURES = 10;

    private final KafkaClients clients;
    private final GroupMember member;
    private final Destinations destinations;
    private final OwnedPartitions partitions;
    private final ReadAhead readAhead;
    private final WaitingTopic waiting;
    private final Settlements settlements;
    private final MembershipProof membership;
    private final DeliveryLog log;
    private final OutboundSettings config;
    private final LoopHealth health;
    private final DutyThread thread;
    private long lastLook;
    private Set<TopicPartition> full = Set.of();
    private boolean reading = true;

    private volatile KafkaConsumer<byte[], byte[]> consumer;
    private Transactor transactor;
    private Commits commits;

    public OutboundLoop(
            KafkaClients clients,
            GroupMember member,
            Destinations destinations,
            OwnedPartitions partitions,
            ReadAhead readAhead,
            WaitingTopic waiting,
            Settlements settlements,
            MembershipProof membership,
            DeliveryLog log,
            OutboundSettings config,
            LoopHealth health) {
        this.clients = clients;
        this.member = member;
        this.destinations = destinations;
        this.partitions = partitions;
        this.readAhead = readAhead;
        this.waiting = waiting;
        this.settlements = settlements;
        this.membership = membership;
        this.log = log;
        this.config = config;
        this.health = health;
        this.thread = new DutyThread(health, this::turnsUntilFailure, this::wakeUp);
    }

    public void start() {
        thread.start();
    }

    private void turnsUntilFailure() {
        try (var newConsumer = newConsumer();
                var newTransactor = new Transactor(clients, member.transactionalId(DUTY), health)) {
            consumer = newConsumer;
            transactor = newTransactor;
            commits = new Commits(newConsumer, newTransactor, partitions, settlements, membership, health);
            consumer.subscribe(List.of(Topics.OUTBOUND, Topics.WAITING), member.listening(consumer, this));
            try {
                ticks();
            } catch (RuntimeException | Error e) {
                abandon();
                throw e;
            }
            leave();
        }
    }

    /**
     * Gives up all partitions after a failure. Work that was under way is done again from the last commit, by this
     * replica or another.
     */
    private void abandon() {
        partitions.lose();
        try {
            onPartitionsLost(partitions.all());
        } catch (RuntimeException | Error e) {
            LOG.error("partitions that are given up could not be left in order", e);
        } finally {
            partitions.clear();
            full = Set.of();
        }
    }

    private KafkaConsumer<byte[], byte[]> newConsumer() {
        return clients.consumer(member.consumer(
                GroupMember.group(DUTY),
                Map.of(
                        "max.poll.records",
                        // The records of one poll may exceed the budget.
                        Math.clamp(config.readAheadMessages() / 4, 1, 1000),
                        "fetch.max.bytes",
                        8 * 1024 * 1024,
                        "max.partition.fetch.bytes",
                        4 * 1024 * 1024)));
    }

    private void ticks() {
        int failures = 0;
        while (thread.open()) {
            health.turned();
            try {
                tick();
                failures = 0;
            } catch (WakeupException e) {
                // close() woke the consumer up; the condition of this loop ends it.
            } catch (InvalidOffsetException e) {
                // The log was cut or emptied: new clients find where to go on.
                throw e;
            } catch (KafkaException e) {
                failures++;
                if (failures == MOST_FAILURES) {
                    throw e;
                }
                health.failed(e);
                LOG.warnf("Kafka failed while mail is delivered, and is tried again: %s", e.toString());
                thread.pause();
            }
        }
    }

    private void tick() {
        boolean busy = commits.pending() > 0 || readAhead.messages() > 0 || !settlements.isEmpty();
        partitions.takeForgotten(consumer, transactor);
        var records = consumer.poll(busy ? config.tick() : IDLE_POLL);
        if (!records.isEmpty()) {
            health.heard();
        }
        for (var partition : records.partitions()) {
            accept(partition, records.records(partition));
        }
        commits.collect();
        if (commits.isDue(config.tick())) {
            commits.commit();
            transactor.requireMembership();
        }
        steerReading();
        if (System.nanoTime() - lastLook >= LOOK_INTERVAL) {
            lastLook = System.nanoTime();
            waiting.look();
            destinations.look(full);
        }
        partitions.report(consumer);
        if (partitions.haveUnfinished()) {
            health.work();
        } else {
            health.nothingRead(consumer);
        }
    }

    private void accept(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        var progress = partitions.progress(partition);
        if (progress == null) {
            return;
        }
        for (var record : records) {
            progress.saw(record.leaderEpoch());
            if (progress.isSettled(record.offset())) {
                progress.skip(record.offset());
            } else {
                accept(partition, progress, record);
            }
        }
    }

    private void accept(TopicPartition partition, PartitionProgress progress, ConsumerRecord<byte[], byte[]> record) {
        var entry = progress.read(record.offset());
        try {
            destinations.accept(partition, progress, entry, read(record, progress));
        } catch (RuntimeException e) {
            // The record is no mail, or a bug met it: neither may stop the partition.
            log.deadLetter(record, e);
            commits.add(new Settlement(partition, progress, entry, List.of(DeadLetter.of(record, e))));
        }
    }

    private MailRecord read(ConsumerRecord<byte[], byte[]> record, PartitionProgress progress) {
        var mail = MailRecord.from(record);
        if (!progress.isDoubted(record.offset()) || mail.envelope().retrying().inDoubt()) {
            return mail;
        }
        log.doubt(mail.envelope());
        return new MailRecord(mail.envelope().withDoubt(), mail.content());
    }

    /**
     * Stops fetching while the budget is used up or nothing can be committed, and fetching from a partition while too
     * many gaps are open in it. Resumes when there is room.
     */
    private void steerReading() {
        boolean held = commits.isStuck() || config.paused();
        if (reading && (readAhead.isFull() || held)) {
            reading = false;
        } else if (!reading && !readAhead.isCrowded() && !held) {
            reading = true;
        }
        // Mail in mail.waiting gave way before; it is read only while less than half of the budget is used.
        boolean readingWaiting = reading && !readAhead.isHalfFull();
        var nowFull = partitions.full();
        if (!full.containsAll(nowFull)) {
            // Trim now and not at the next look: mail behind the gaps is not read until they close.
            destinations.trim(nowFull);
        }
        full = nowFull;
        var some = consumer.assignment().stream()
                .collect(Collectors.partitioningBy(partition -> !full.contains(partition)
                        && (partition.topic().equals(Topics.WAITING)
                                ? readingWaiting && waiting.mayRead(partition)
                                : reading)));
        consumer.resume(some.get(true));
        consumer.pause(some.get(false));
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
        if (!thread.open()) {
            // Their next owner finds the progress of the one before.
            return;
        }
        partitions.take(consumer, transactor, assigned);
        if (config.paused()) {
            consumer.pause(assigned);
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
        hand(revoked, REVOKE_GRACE, () -> {});
    }

    /**
     * Gives partitions up: transactions that have begun may finish within the grace, and their results are committed;
     * the next owner reads the rest again. Connections above our new share must end within it too, since the next owner
     * opens its own at once. Calls {@code meanwhile} between attempts.
     */
    private void hand(Collection<TopicPartition> revoked, Duration grace, Runnable meanwhile) {
        var leaving = partitions.revoke(revoked);
        destinations.removeRevoked();
        long end = System.nanoTime() + grace.toNanos();
        boolean handed = false;
        while (!handed && System.nanoTime() - end < 0) {
            handed = (commits.isDue(config.tick()) || areIdle(leaving)) && settle(leaving);
            if (!handed) {
                pause(Duration.ofMillis(5));
                meanwhile.run();
            }
        }
        if (!handed) {
            settle(leaving);
        }
        forget(revoked);
    }

    /** Commits the results of partitions that are left, and of those with nothing under way, that no mail is in doubt. */
    private boolean settle(List<PartitionProgress> leaving) {
        // Asked before the settlements are collected: the result of a transaction that ends later may not be among
        // them.
        var idle = leaving.stream().filter(OutboundLoop::isIdle).toList();
        commits.collect();
        commits.commit();
        if (commits.isStuck()) {
            // An earlier mark would declare unwritten results free of doubt.
            return false;
        }
        idle.forEach(PartitionProgress::leaveInOrder);
        commits.commit();
        return !commits.isStuck() && idle.size() == leaving.size() && partitions.areWithinShare();
    }

    private boolean areIdle(List<PartitionProgress> leaving) {
        return leaving.stream().allMatch(OutboundLoop::isIdle) && partitions.areWithinShare();
    }

    private static boolean isIdle(PartitionProgress progress) {
        return progress.flights().get() == 0;
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
        // Another replica owns these partitions already: nothing of ours may be committed.
        partitions.revoke(lost);
        destinations.removeRevoked();
        forget(lost);
    }

    private void forget(Collection<TopicPartition> gone) {
        partitions.forget(gone);
        commits.forgetLost();
    }

    private static void pause(Duration length) {
        try {
            Thread.sleep(length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void wakeUp() {
        var current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }

    private void leave() {
        hand(partitions.all(), config.gracePeriod(), this::stayMember);
        if (commits.pending() > 0) {
            LOG.warnf("the results of %d messages could not be committed on leaving", commits.pending());
        }
    }

    /**
     * Takes part in a rebalance under way: the group takes no commit of a member until it has joined, and a member joins
     * only by polling.
     */
    private void stayMember() {
        try {
            consumer.pause(consumer.assignment());
            consumer.poll(Duration.ZERO);
        } catch (WakeupException e) {
            // close() woke the consumer up.
        } catch (KafkaException e) {
            health.failed(e);
        }
    }

    /** Lets transactions under way finish within the grace period, hands back the other mail and leaves the group. */
    @Override
    public void close() {
        thread.close(config.gracePeriod().plusSeconds(10));
    }
}
