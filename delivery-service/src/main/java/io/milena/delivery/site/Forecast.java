package io.milena.delivery.site;

import java.time.Duration;

/**
 * What is known of the future of a site: how fast it goes, now and in the long run, and how much of its mail waits elsewhere and will be back. {@code K}: what
 * has turns of its own. Times are {@link System#nanoTime()}; not thread-safe.
 */
public final class Forecast<K> {
    /** What is set aside comes back as if so many times more were taken then as now: it may be. */
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

    /** {@code longest}: nothing waits elsewhere for longer. */
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

    /** Something waits again after a time without: what was settled then says nothing. */
    public void restart(long time) {
        now.restart(time);
        lately.restart(time);
        began = time;
        last = time;
    }

    /** Messages a second in the last seconds; negative while that is not known. */
    public double perSecond(long time) {
        return now.perSecond(time);
    }

    /** The same for what waits now: where none went through, each connection may end its first by now, so that a stall of seconds is none of hours. */
    public double soon(long time, int connections) {
        double perSecond = now.perSecond(time);
        return perSecond == 0 ? Math.max(1, connections) * 1e9 / (time - last) : perSecond;
    }

    /** The same for what waits for long: a site that is slower for some seconds will not be so for hours. */
    public double later(long time, int connections) {
        return Math.max(soon(time, connections), lately.perSecond(time));
    }

    /** What a wait may be taken for at most: as long as the site has been so already, and a minute. */
    public Duration atMost(Duration wait, long time) {
        boolean isSilent = lately.perSecond(time) <= 0;
        var known = Duration.ofNanos(time - (isSilent ? last : began));
        var most = known.compareTo(SHORTEST) > 0 ? known : SHORTEST;
        return wait.compareTo(most) < 0 ? wait : most;
    }

    /** One is set aside, in a delay topic or in {@code mail.waiting}. */
    public void setAside(K kind, boolean inTier, long time) {
        (inTier ? inTiers : inWaiting).add(kind, time);
    }

    /** One is back that may have been set aside. */
    public void isBack(K kind, boolean fromTier, long time) {
        (fromTier ? inTiers : inWaiting).back(kind, time);
    }

    /** So many are to have their turns before one that is set aside now; what has been in a delay topic goes before what is there. */
    public double before(K kind, boolean wasInTier, long time) {
        return inWaiting.away(kind, time) + (wasInTier ? 0 : inTiers.away(kind, time) / HOPE);
    }
}
