package io.milena.delivery.outbound;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Whether something has happened lately. That of delivery beats when the group has accepted a commit, which proves that this replica still is a
 * member: a process that was stopped for longer than the group waits for it must not send what another now owns. Thread-safe.
 */
public final class MembershipProof {
    /** A commit takes as long. */
    private static final Duration INTERVAL = Duration.ofMillis(5);

    private final long limit;
    private volatile long last = System.nanoTime();

    public MembershipProof(Duration limit) {
        this.limit = limit.toNanos();
    }

    void beat() {
        beat(System.nanoTime());
    }

    /** It was alive at this time. */
    void beat(long nanoTime) {
        last = nanoTime;
    }

    boolean isFresh() {
        return System.nanoTime() - last < limit;
    }

    /** Waits until it is fresh, or until that does not matter any more. */
    void awaitUnless(BooleanSupplier over) {
        await(() -> isFresh() || over.getAsBoolean());
    }

    /** Waits for what the loop's next commits bring; an interrupt ends it. */
    static void await(BooleanSupplier condition) {
        try {
            while (!condition.getAsBoolean()) {
                Thread.sleep(INTERVAL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
