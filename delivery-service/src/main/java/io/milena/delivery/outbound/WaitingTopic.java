package io.milena.delivery.outbound;

import io.milena.delivery.site.QueuedMail;
import io.milena.delivery.site.SetAside;
import io.milena.delivery.site.Site;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides from which partitions of {@code mail.waiting} to read more. If the newest message read from a partition must
 * wait long, reading of that partition stops. If other mail is stuck behind it, up to 500 messages a second are written
 * again at the partition's end. Thread-safe; times are {@link System#nanoTime()}.
 */
public final class WaitingTopic {
    /** Upper bound of records written again per second to let the mail behind them pass. */
    private static final int TURNS = 500;
    /** After this time a record that has not come back counts as gone from the topic. */
    private static final Duration LONGEST = Overflow.LONGEST_WAITING.multipliedBy(2);

    private final LongSupplier nanoTime;
    private final Map<TopicPartition, Head> heads = new HashMap<>();
    private final SetAside<Part> parts = new SetAside<>(LONGEST);
    /** The partition whose long-waiting mail is now written again at its end, to reach the mail behind. */
    private Optional<TopicPartition> turning = Optional.empty();

    private int turns;

    public WaitingTopic(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Mail of one account and class at one site, which waits for its turns together. */
    record Kind(Site site, String account, int lane) {
        static Kind of(QueuedMail mail, Site site) {
            return new Kind(site, mail.account(), mail.lane());
        }

        /** Whether enough of this kind is held: it must wait, but more of it would not yet go to a delay topic. */
        private boolean isEnough() {
            var ahead = site.ahead(account, lane);
            return Overflow.isMany(ahead) && !Overflow.isVeryLong(ahead.longRun());
        }
    }

    /** The kind of mail read last from a partition, and the time since which no other kind was read. */
    private record Head(Kind kind, long since) {}

    /** The mail of a partition: all of it, or one kind. */
    private record Part(TopicPartition partition, Optional<Kind> kind) {}

    synchronized void isRead(TopicPartition partition, Kind kind) {
        long now = nanoTime.getAsLong();
        heads.merge(partition, new Head(kind, now), (before, head) -> before.kind.equals(kind) ? before : head);
        parts.back(new Part(partition, Optional.empty()), now);
        parts.back(new Part(partition, Optional.of(kind)), now);
        turns--;
    }

    synchronized void isWritten(TopicPartition partition, Kind kind) {
        long now = nanoTime.getAsLong();
        parts.add(new Part(partition, Optional.empty()), now);
        parts.add(new Part(partition, Optional.of(kind)), now);
    }

    /** Whether to read more of this partition when there is room. */
    synchronized boolean mayRead(TopicPartition partition) {
        var head = heads.get(partition);
        return head == null || !head.kind.isEnough() || isTurning(partition) && turns > 0;
    }

    /** Whether long-waiting mail of this partition is written again at its end now. */
    synchronized boolean isTurning(TopicPartition partition) {
        return turning.filter(partition::equals).isPresent();
    }

    /**
     * Chooses the partition in which other mail has been held up for longest, to let that mail pass. Called every
     * second.
     */
    synchronized void look() {
        long now = nanoTime.getAsLong();
        turns = TURNS;
        turning = heads.entrySet().stream()
                .filter(entry -> holdsUpOthers(entry.getKey(), entry.getValue(), now))
                .max(Comparator.comparingLong(entry -> now - entry.getValue().since))
                .map(Map.Entry::getKey);
    }

    private boolean holdsUpOthers(TopicPartition partition, Head head, long now) {
        return now - head.since > Overflow.SHORT_WAIT.toNanos()
                && head.kind.isEnough()
                && parts.away(new Part(partition, Optional.empty()), now)
                        > parts.away(new Part(partition, Optional.of(head.kind)), now);
    }
}
