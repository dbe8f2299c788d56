package io.milena.delivery.outbound;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Whether the consumer group has lately accepted a commit, which proves that this replica is still a member. Nothing is
 * sent without that proof: after a pause longer than the group waits, another replica may own the mail. Thread-safe.
 */
public final class MembershipProof {
    /** Polling interval: about as long as a commit takes. */
    private static final Duration INTERVAL = Duration.ofMillis(5);

    private final long limit;
    private volatile long last = System.nanoTime();

    /** {@code limit}: how long one proof is valid. */
    public MembershipProof(Duration limit) {
        this.limit = limit.toNanos();
    }

    /** The group accepted a commit that was begun at this {@link System#nanoTime()}. */
    void renew(long begun) {
        last = begun;
    }

    boolean isFresh() {
        return System.nanoTime() - last < limit;
    }

    /** Waits until the proof is fresh, or until {@code over}. */
    void awaitUnless(BooleanSupplier over) {
        await(() -> isFresh() || over.getAsBoolean());
    }

    /** Waits for a condition that the loop's next commits bring about; an interrupt ends the wait. */
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
