package io.milena.delivery;

import java.time.Duration;

/**
 * Whether the consumer still lives: a process that was stopped for longer than the group waits for it must not send what another now owns. Beaten
 * by the loop, asked by workers before each message. Thread-safe.
 */
final class Pulse {
    private final long limit;
    private volatile long last = System.nanoTime();

    Pulse(Duration limit) {
        this.limit = limit.toNanos();
    }

    void beat() {
        last = System.nanoTime();
    }

    boolean isFresh() {
        return System.nanoTime() - last < limit;
    }

    /** Waits until the loop has polled again, and so has been told what it no longer owns. */
    void await() {
        try {
            while (!isFresh()) {
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
