package io.milena.ingest.message;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Octets of content held over all sessions, from the socket to the broker's acknowledgement. It is overdrawn by no more
 * than one read for each session, since sessions stop reading while it is used up. Thread-safe.
 */
public final class MemoryBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    public MemoryBudget(long limit) {
        this.limit = limit;
    }

    public void take(long octets) {
        used.addAndGet(octets);
    }

    public void release(long octets) {
        if (used.addAndGet(-octets) < limit) {
            for (var waiter = waiting.poll(); waiter != null; waiter = waiting.poll()) {
                waiter.run();
            }
        }
    }

    public boolean usedUp() {
        return used.get() >= limit;
    }

    public long used() {
        return used.get();
    }

    /** Calls back, on any thread, once there is room again. */
    public void whenFree(Runnable waiter) {
        waiting.add(waiter);
        // The last release may have come between the caller's check and the line above.
        if (!usedUp() && waiting.remove(waiter)) {
            waiter.run();
        }
    }
}
