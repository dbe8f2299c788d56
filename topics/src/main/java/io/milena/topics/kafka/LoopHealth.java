package io.milena.topics.kafka;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Whether one loop makes progress, by its own reports. It has a problem if for a minute it had work, or only failed,
 * and committed nothing; if it has not gone round for three minutes; or if its thread has ended. Written by the loop's
 * thread, read by any.
 */
public final class LoopHealth {
    /** A loop with work that commits nothing for this long is stalled. */
    public static final Duration STALLED_AFTER = Duration.ofMinutes(1);
    /** A loop that does not go round for this long is stuck; a commit to a slow broker may take a while. */
    public static final Duration STUCK_AFTER = Duration.ofMinutes(3);

    private static final Logger LOG = Logger.getLogger(LoopHealth.class);
    private static final int MOST_LOSSES = 20;
    private static final int LONGEST_CAUSE = 500;
    private static final long NEVER = Long.MIN_VALUE;

    private final String name;
    private final LongSupplier nanoTime;
    private final AtomicLong putAside = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong deleted = new AtomicLong();
    private final Map<TopicPartition, Long> starts = new ConcurrentHashMap<>();
    private final List<String> losses = new CopyOnWriteArrayList<>();
    private long workSince = NEVER;
    private long turned = NEVER;
    private boolean failing;
    private Optional<String> cause = Optional.empty();
    private Optional<String> end = Optional.empty();

    /** {@code nanoTime}: {@link System#nanoTime()}, or a test's clock. */
    public LoopHealth(String name, LongSupplier nanoTime) {
        this.name = name;
        this.nanoTime = nanoTime;
    }

    public LoopHealth(String name) {
        this(name, System::nanoTime);
    }

    /** The loop's duty, such as {@code fanout}. */
    public String name() {
        return name;
    }

    /** The loop goes round once more. */
    public synchronized void turned() {
        turned = nanoTime.getAsLong();
    }

    /** There is something to commit. */
    public synchronized void work() {
        if (workSince == NEVER) {
            workSince = nanoTime.getAsLong();
        }
    }

    /**
     * A poll brought nothing. If all that may be read is read, work that failed before is done by now, here or by
     * another replica.
     */
    public void nothingRead(Consumer<?, ?> consumer) {
        var reading = new HashSet<>(consumer.assignment());
        reading.removeAll(consumer.paused());
        if (!reading.isEmpty()
                && reading.stream()
                        .allMatch(partition -> consumer.currentLag(partition).orElse(1) == 0)) {
            heard();
        }
        idle();
    }

    /** There is nothing to commit, as far as is known; a loop that has failed since may just not see its work. */
    public synchronized void idle() {
        if (!failing) {
            workSince = NEVER;
        }
    }

    /** Kafka has answered, so work that failed before may succeed now. */
    public synchronized void heard() {
        failing = false;
    }

    /** Everything that was to be committed is committed. */
    public synchronized void committed() {
        workSince = NEVER;
        failing = false;
        cause = Optional.empty();
    }

    /** A failure; {@code why} is shown to operators unchanged. */
    public synchronized void failed(Throwable why) {
        work();
        failing = true;
        cause = Optional.of(told(why));
    }

    /** Its thread has ended without being told to. */
    public synchronized void ended(Throwable why) {
        end = Optional.of(told(why));
    }

    /** A record that Kafka does not take was put aside. */
    public void putAside() {
        putAside.incrementAndGet();
    }

    /** How many records were put aside since the start. */
    public long recordsPutAside() {
        return putAside.get();
    }

    /**
     * Records are gone that this loop has not settled, or that it cannot tell from others. Told until the process ends,
     * since nothing that the loop does brings them back.
     */
    void lost(String what, long records) {
        LOG.errorf("%s: %s", name, what);
        lost.addAndGet(records);
        if (losses.size() < MOST_LOSSES) {
            losses.add(what);
        }
    }

    /** How many records were lost since the start. */
    public long recordsLost() {
        return lost.get();
    }

    /** The losses since the start, the first ones only. */
    public List<String> losses() {
        return List.copyOf(losses);
    }

    /** The settled records of a partition before this offset were deleted. */
    void deletedBefore(TopicPartition partition, long offset) {
        var before = starts.put(partition, offset);
        deleted.addAndGet(before == null ? 0 : Math.max(0, offset - before));
    }

    /** How many settled records were deleted, after the first deletion in each partition. */
    public long recordsDeleted() {
        return deleted.get();
    }

    /** The problem of the loop; empty if it makes progress. */
    public synchronized Optional<String> problem() {
        if (end.isPresent()) {
            return end.map(why -> "its thread has ended: " + why);
        }
        long now = nanoTime.getAsLong();
        if (workSince != NEVER && now - workSince > STALLED_AFTER.toNanos()) {
            return Optional.of("it has work and has committed nothing for " + seconds(now - workSince) + " s"
                    + cause.map(why -> ": " + why).orElse(""));
        }
        if (turned != NEVER && now - turned > STUCK_AFTER.toNanos()) {
            return Optional.of("it has not completed a turn for " + seconds(now - turned) + " s");
        }
        return Optional.empty();
    }

    /** Why it failed, while nothing has been committed since. */
    synchronized Optional<String> cause() {
        return cause;
    }

    /** Whether its last report was not a failure. */
    public synchronized boolean works() {
        return !failing && end.isEmpty();
    }

    private static long seconds(long nanos) {
        return Duration.ofNanos(nanos).toSeconds();
    }

    private static String told(Throwable why) {
        var text = why.toString();
        if (why.getCause() != null && why.getCause() != why) {
            text += " (" + why.getCause() + ")";
        }
        return text.length() <= LONGEST_CAUSE ? text : text.substring(0, LONGEST_CAUSE) + "...";
    }
}
