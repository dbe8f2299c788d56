package io.milena.delivery.site;

import java.time.Duration;

/**
 * How many messages a site settles in a second, over a sliding window of two halves. Times are
 * {@link System#nanoTime()}; not thread-safe.
 */
public final class Pace {
    /** Shortest time after which a pace is known; a pace of zero takes half a window. In nanoseconds. */
    private static final long LEAST = 1_000_000_000L;

    private final long half;
    private long start;
    private int settled;
    private int settledBefore;
    private boolean hasBefore;

    public Pace(Duration window, long now) {
        this.half = window.toNanos() / 2;
        this.start = now;
    }

    public void settledOne(long now) {
        if (perSecond(now) == 0) {
            // The length of a silence does not tell the pace after it.
            restart(now - LEAST);
        }
        settled++;
    }

    /** Messages per second; negative while not known. */
    public double perSecond(long now) {
        roll(now);
        long elapsed = now - start + (hasBefore ? half : 0);
        int all = settled + settledBefore;
        return elapsed < (all == 0 ? half : LEAST) ? -1 : all * 1e9 / elapsed;
    }

    /** Mail waits again after the queue was empty: forget the pace before. */
    public void restart(long now) {
        start = now;
        settled = 0;
        settledBefore = 0;
        hasBefore = false;
    }

    private void roll(long now) {
        if (now - start >= 2 * half) {
            settledBefore = 0;
            settled = 0;
            hasBefore = true;
            start = now;
        } else if (now - start >= half) {
            settledBefore = settled;
            settled = 0;
            hasBefore = true;
            start += half;
        }
    }
}
