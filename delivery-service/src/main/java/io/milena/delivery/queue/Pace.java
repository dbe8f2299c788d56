package io.milena.delivery.queue;

/** How many messages a site settles in a second, over a sliding window of two halves. Times are {@link System#nanoTime()}; not thread-safe. */
public final class Pace {
    private static final long HALF = 5_000_000_000L;
    /** Sooner nothing can be said; nor that nothing goes through, before a half is over. */
    private static final long LEAST = 1_000_000_000L;

    private long start;
    private int settled;
    private int settledBefore;
    private boolean hasBefore;

    public Pace(long now) {
        this.start = now;
    }

    public void settledOne(long now) {
        roll(now);
        settled++;
    }

    /** Messages in a second; negative while that is not known. */
    public double perSecond(long now) {
        roll(now);
        long elapsed = now - start + (hasBefore ? HALF : 0);
        int all = settled + settledBefore;
        return elapsed < (all == 0 ? HALF : LEAST) ? -1 : all * 1e9 / elapsed;
    }

    /** Something waits again after a time without: what was settled then says nothing. */
    public void restart(long now) {
        start = now;
        settled = 0;
        settledBefore = 0;
        hasBefore = false;
    }

    private void roll(long now) {
        if (now - start >= 2 * HALF) {
            settledBefore = 0;
            settled = 0;
            hasBefore = true;
            start = now;
        } else if (now - start >= HALF) {
            settledBefore = settled;
            settled = 0;
            hasBefore = true;
            start += HALF;
        }
    }
}
