package io.milena.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * When each message of a run was sent, accepted and delivered, in {@link System#nanoTime()}; 0 if it was not.
 * Thread-safe.
 */
final class Ledger {
    private static final Duration NO_PROGRESS = Duration.ofSeconds(60);

    private final AtomicLongArray mail;
    private final AtomicLongArray dot;
    private final AtomicLongArray accepted;
    private final AtomicLongArray delivered;
    private final AtomicInteger acceptedCount = new AtomicInteger();
    private final AtomicInteger deliveredCount = new AtomicInteger();
    private final AtomicInteger duplicates = new AtomicInteger();

    Ledger(int messages) {
        mail = new AtomicLongArray(messages);
        dot = new AtomicLongArray(messages);
        accepted = new AtomicLongArray(messages);
        delivered = new AtomicLongArray(messages);
    }

    void accepted(int message, long mailAt, long dotAt, long at) {
        mail.set(message, mailAt);
        dot.set(message, dotAt);
        accepted.set(message, at);
        acceptedCount.incrementAndGet();
    }

    void delivered(int message, long at) {
        if (delivered.compareAndSet(message, 0, at)) {
            deliveredCount.incrementAndGet();
        } else {
            duplicates.incrementAndGet();
        }
    }

    int acceptedCount() {
        return acceptedCount.get();
    }

    int deliveredCount() {
        return deliveredCount.get();
    }

    /** How many of the messages selected by {@code meant} were delivered. */
    int deliveredCount(IntPredicate meant) {
        return (int) IntStream.range(0, delivered.length())
                .filter(message -> delivered.get(message) != 0 && meant.test(message))
                .count();
    }

    /** When the selected messages were delivered, in ascending order; only the differences are meaningful. */
    long[] deliveries(IntPredicate meant) {
        return IntStream.range(0, delivered.length())
                .filter(message -> delivered.get(message) != 0 && meant.test(message))
                .mapToLong(delivered::get)
                .sorted()
                .toArray();
    }

    /** Waits until that many of the selected messages are delivered; throws if none is for a while. */
    void awaitDelivered(int messages, IntPredicate meant) throws InterruptedException, IOException {
        int before = -1;
        long since = System.nanoTime();
        for (int now = deliveredCount(meant); now < messages; now = deliveredCount(meant)) {
            if (now != before) {
                before = now;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > NO_PROGRESS.toNanos()) {
                throw new IOException((messages - now) + " of " + messages + " accepted messages were not delivered");
            }
            Thread.sleep(20);
        }
    }

    int duplicates() {
        return duplicates.get();
    }

    long lastAccepted() {
        return last(accepted);
    }

    long lastDelivered() {
        return last(delivered);
    }

    private static long last(AtomicLongArray times) {
        long last = times.get(0);
        for (int i = 1; i < times.length(); i++) {
            last = last == 0 || times.get(i) != 0 && times.get(i) - last > 0 ? times.get(i) : last;
        }
        return last;
    }

    /** Milliseconds from the final dot to the 250, sorted. */
    double[] toAccepted() {
        return spans(dot, accepted);
    }

    /** Milliseconds from MAIL to the 250 of the content, sorted. */
    double[] wholeTransactions() {
        return spans(mail, accepted);
    }

    /** Milliseconds from the 250 to the sink's own 250, sorted; negative if the sink was first. */
    double[] toDelivered() {
        return spans(accepted, delivered);
    }

    /**
     * Milliseconds from the 250 to the sink's own 250 for the messages from {@code first} to before {@code end},
     * sorted.
     */
    double[] toDelivered(int first, int end) {
        return spans(accepted, delivered, first, end);
    }

    private static double[] spans(AtomicLongArray from, AtomicLongArray to) {
        return spans(from, to, 0, to.length());
    }

    private static double[] spans(AtomicLongArray from, AtomicLongArray to, int first, int end) {
        var spans = new double[end - first];
        int count = 0;
        for (int i = first; i < end; i++) {
            if (from.get(i) != 0 && to.get(i) != 0) {
                spans[count++] = (to.get(i) - from.get(i)) / 1e6;
            }
        }
        var some = Arrays.copyOf(spans, count);
        Arrays.sort(some);
        return some;
    }

    static double percentile(double[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, sorted.length * share)];
    }
}
