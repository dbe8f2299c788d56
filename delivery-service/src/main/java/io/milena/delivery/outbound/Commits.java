package io.milena.delivery.outbound;

import io.milena.delivery.outcome.Settlement;
import io.milena.topics.kafka.GroupMember;
import io.milena.topics.kafka.LoopHealth;
import io.milena.topics.kafka.Transactor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Writes settlements, and the progress past them, in transactions. A settlement that cannot be written stays first in
 * line, so that no progress is committed past it. After a commit without an answer nothing more is written until the
 * group tells whether it happened. Belongs to one consumer and one transactor; confined to the loop's thread.
 */
final class Commits {
    private static final Logger LOG = Logger.getLogger(Commits.class);
    /** Interval at which a commit proves membership while mail is held; in nanoseconds. */
    private static final long PROOF_INTERVAL = GroupMember.SESSION.dividedBy(6).toNanos();
    /** Time limit of asking the group for its progress after a commit without an answer. */
    private static final Duration ASKED_FOR = Duration.ofSeconds(5);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Transactor transactor;
    private final OwnedPartitions partitions;
    private final Settlements settlements;
    private final MembershipProof membership;
    private final LoopHealth health;
    private final List<Settlement> pending = new ArrayList<>();
    private Optional<Attempt> unanswered = Optional.empty();
    private long last;
    private long lastProof = System.nanoTime() - PROOF_INTERVAL;
    private boolean stuck;

    /** A commit of which only the group knows whether it happened. */
    private record Attempt(List<Settlement> settlements, Map<TopicPartition, OffsetAndMetadata> progress) {}

    Commits(
            KafkaConsumer<byte[], byte[]> consumer,
            Transactor transactor,
            OwnedPartitions partitions,
            Settlements settlements,
            MembershipProof membership,
            LoopHealth health) {
        this.consumer = consumer;
        this.transactor = transactor;
        this.partitions = partitions;
        this.settlements = settlements;
        this.membership = membership;
        this.health = health;
    }

    void add(Settlement settlement) {
        pending.add(settlement);
    }

    /** Takes the settlements that are there; those of partitions that were given up are dropped. */
    void collect() {
        for (var next = settlements.poll(); next != null; next = settlements.poll()) {
            if (partitions.holds(next.partition(), next.progress())) {
                pending.add(next);
            }
        }
    }

    /** Drops the settlements of partitions that were given up: their next owner goes on from the last commit. */
    void forgetLost() {
        pending.removeIf(settlement -> !partitions.holds(settlement.partition(), settlement.progress()));
    }

    /** Number of settlements that were taken and are not committed. */
    int pending() {
        return pending.size();
    }

    /** The last transaction was not committed: nothing more is to be read until one is. */
    boolean isStuck() {
        return stuck;
    }

    /** Whether this time has passed since the last attempt. */
    boolean isDue(Duration tick) {
        return System.nanoTime() - last >= tick.toNanos();
    }

    /**
     * Writes all pending settlements in as many transactions as it takes. Settlements that cannot be written stay
     * pending, or are dropped with their partition.
     */
    void commit() {
        do {
            stuck = !askForAnswer() || !commitSome(firstPending());
            last = System.nanoTime();
        } while (!stuck && !pending.isEmpty());
    }

    /**
     * As many pending settlements as one transaction takes. Settlements of a failed transaction come first again, so
     * that no progress is committed past them.
     */
    private List<Settlement> firstPending() {
        long octets = 0;
        int count = 0;
        for (var settlement : pending) {
            octets += settlement.octets();
            if (count > 0 && octets > Transactor.LARGEST) {
                break;
            }
            count++;
        }
        return pending.subList(0, count);
    }

    /**
     * Writes these settlements and the progress past them; false if that was not committed. Now and then it commits
     * unchanged progress to prove membership: the group accepts commits only from a member, and a poll that returns
     * proves nothing.
     */
    private boolean commitSome(List<Settlement> some) {
        some.forEach(settlement -> settlement.progress().finish(settlement.entry()));
        var progress = partitions.changed();
        if (progress.isEmpty() && (!some.isEmpty() || System.nanoTime() - lastProof >= PROOF_INTERVAL)) {
            progress = partitions.any(some.isEmpty());
        }
        if (progress.isEmpty()) {
            return true;
        }
        long begin = System.nanoTime();
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        some.forEach(settlement -> records.addAll(settlement.records()));
        if (!transactor.commit(records, progress, consumer.groupMetadata())) {
            // Progress alone may be committed twice, and the group may have known it before.
            if (!some.isEmpty()) {
                unanswered = Optional.of(new Attempt(List.copyOf(some), progress));
            }
            return false;
        }
        some.clear();
        partitions.committed(progress.keySet());
        lastProof = begin;
        membership.renew(begin);
        return true;
    }

    /** Whether it is known of every commit whether it happened; asks the group if the last one had no answer. */
    private boolean askForAnswer() {
        if (unanswered.isEmpty()) {
            return true;
        }
        var attempt = unanswered.get();
        var progress = new HashMap<>(attempt.progress());
        progress.keySet().retainAll(partitions.all());
        try {
            // The group answers when no transaction on these partitions is open any more.
            var known = consumer.committed(progress.keySet(), ASKED_FOR);
            boolean committed = progress.entrySet().stream().allMatch(mine -> {
                var there = known.get(mine.getKey());
                return there != null
                        && there.offset() == mine.getValue().offset()
                        && there.metadata().equals(mine.getValue().metadata());
            });
            if (committed) {
                LOG.warn("the answer to a commit was lost; the group knows of it");
                health.committed();
                var written = Collections.<Settlement>newSetFromMap(new IdentityHashMap<>());
                written.addAll(attempt.settlements());
                pending.removeIf(written::contains);
                partitions.committed(progress.keySet());
            }
            unanswered = Optional.empty();
            return true;
        } catch (KafkaException e) {
            // Written again, the settlements might be there twice: the group is asked again first.
            LOG.warnf("the group does not tell whether a commit without an answer happened: %s", e.toString());
            return false;
        }
    }
}
