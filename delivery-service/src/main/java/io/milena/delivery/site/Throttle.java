package io.milena.delivery.site;

/**
 * A rate that is never exceeded by more than a burst: the generic cell rate algorithm (ITU-T I.371), which keeps one
 * instant and no tokens. Times are {@link System#nanoTime()}; not thread-safe.
 */
public final class Throttle {
    /** Burst after a pause: a tenth of a second's worth, but at least one. In seconds. */
    private static final double BURST_SECONDS = 0.1;

    private double perSecond = Double.POSITIVE_INFINITY;
    /** Time of the next arrival if all came evenly. */
    private long next;

    public Throttle(long now) {
        this.next = now;
    }

    /** Sets the rate per second: zero lets nothing through, infinity all. */
    public void limit(double rate) {
        perSecond = rate;
    }

    public double limit() {
        return perSecond;
    }

    /** Nanoseconds until the next one may come; {@link Long#MAX_VALUE} if none may. */
    public long waitNanos(long now) {
        if (Double.isInfinite(perSecond)) {
            return 0;
        }
        if (perSecond <= 0) {
            return Long.MAX_VALUE;
        }
        return Math.max(0, next - now - slack());
    }

    /** Counts one that comes, whether it may or not; the next ones wait for it. */
    public void take(long now) {
        if (!Double.isInfinite(perSecond) && perSecond > 0) {
            next = Math.max(now, next) + interval();
        }
    }

    private long interval() {
        return (long) (1e9 / perSecond);
    }

    private long slack() {
        return (long) (Math.max(0, BURST_SECONDS * perSecond - 1) * interval());
    }
}
