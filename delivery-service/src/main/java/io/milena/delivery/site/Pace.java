package io.milena.delivery.site;

import java.time.Duration;

/** How many messages a site settles in a second, over a sliding window of two halves. Times are {@link System#nanoTime()}; not thread-safe. */
public final class Pace {
    /** Sooner nothing can be said; nor that nothing goes through, before a half is over. */
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
            // How long nothing went through does not tell how fast it goes on.
            restart(now - LEAST);
        }
        settled++;
    }

    /** Messages in a second; negative while that is not known. */
    public double perSecond(long now) {
        roll(now);
        long elapsed = now - start + (hasBefore ? half : 0);
        int all = settled + settledBefore;
        return elapsed < (all == 0 ? half : LEAST) ? -1 : all * 1e9 / elapsed;
    }

    /** Something waits again after a time without: what was settled then says nothing. */
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
