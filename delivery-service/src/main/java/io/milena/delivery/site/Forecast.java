package io.milena.delivery.site;

import java.time.Duration;

/**
 * Estimates the future of a site: its pace, now and in the long run, and how much of its mail waits elsewhere and will
 * come back. {@code K}: a kind of mail that has its own turns. Times are {@link System#nanoTime()}; not thread-safe.
 */
public final class Forecast<K> {
    /** Optimism factor: plan as if the site will accept twice today's rate. */
    private static final double HOPE = 2;

    private static final Duration SECONDS = Duration.ofSeconds(10);
    private static final Duration MINUTES = Duration.ofMinutes(5);
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    private final Pace now;
    private final Pace lately;
    private final SetAside<K> inWaiting;
    private final SetAside<K> inTiers;
    private long began;
    private long last;

    /** {@code longest}: upper bound of the time that mail waits elsewhere. */
    public Forecast(Duration longest, long time) {
        this.began = time;
        this.last = time;
        this.now = new Pace(SECONDS, time);
        this.lately = new Pace(MINUTES, time);
        this.inWaiting = new SetAside<>(longest);
        this.inTiers = new SetAside<>(longest);
    }

    public void settledOne(long time) {
        now.settledOne(time);
        lately.settledOne(time);
        last = time;
    }

    /** Mail waits again after the queue was empty: forget the pace before. */
    public void restart(long time) {
        now.restart(time);
        lately.restart(time);
        began = time;
        last = time;
    }

    /** Messages per second in the last seconds; negative while not known. */
    public double perSecond(long time) {
        return now.perSecond(time);
    }

    /**
     * Messages per second for mail that waits now. If none went through, assumes that each connection ends its first
     * message now, so that a stall of seconds is not taken for one of hours. Negative while not known.
     */
    public double soon(long time, int connections) {
        double perSecond = now.perSecond(time);
        return perSecond == 0 ? Math.max(1, connections) * 1e9 / (time - last) : perSecond;
    }

    /** Messages per second for mail that waits long: a site that is slow for seconds will not be slow for hours. */
    public double later(long time, int connections) {
        return Math.max(soon(time, connections), lately.perSecond(time));
    }

    /**
     * Bounds an estimated wait by the time that the site has been silent, or else at work; that bound is at least a
     * minute.
     */
    public Duration atMost(Duration wait, long time) {
        boolean isSilent = lately.perSecond(time) <= 0;
        var known = Duration.ofNanos(time - (isSilent ? last : began));
        var most = known.compareTo(SHORTEST) > 0 ? known : SHORTEST;
        return wait.compareTo(most) < 0 ? wait : most;
    }

    /** Counts a message that is set aside, in a delay topic or in {@code mail.waiting}. */
    public void setAside(K kind, boolean inTier, long time) {
        (inTier ? inTiers : inWaiting).add(kind, time);
    }

    /** Counts a message that came back and may have been set aside. */
    public void isBack(K kind, boolean fromTier, long time) {
        (fromTier ? inTiers : inWaiting).back(kind, time);
    }

    /**
     * Messages elsewhere whose turns come before that of a message set aside now. A message that has been in a delay
     * topic goes before those that are there.
     */
    public double before(K kind, boolean wasInTier, long time) {
        return inWaiting.away(kind, time) + (wasInTier ? 0 : inTiers.away(kind, time) / HOPE);
    }
}
