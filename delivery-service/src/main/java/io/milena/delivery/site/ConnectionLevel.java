package io.milena.delivery.site;

/**
 * How many connections a site bears: it grows while messages go through, quickly until the first trouble and then by about one for each round of
 * all, and shrinks when a connection fails or is told 421, at most once for those that failed together. Not thread-safe.
 */
public final class ConnectionLevel {
    private static final double START = 4;
    private static final double SHRINK = 0.6;
    /** Connections that were begun together fail together: that is one trouble. */
    private static final long TOGETHER = 1_000_000_000L;

    private double level = START;
    private boolean troubled;
    private long lastTrouble;

    /** So many may be open, given what is allowed; at least one where any is. */
    public int within(int allowed) {
        return Math.min(allowed, Math.max(1, (int) level));
    }

    /** A message went through while {@code open} connections were at work. */
    public void succeeded(int open, int allowed) {
        // Unless all that it allows are used, nothing has been learnt about more.
        if (open >= (int) level && level < allowed) {
            level = Math.min(allowed, level + (troubled ? 1 / level : 0.5));
        }
    }

    /** A connection did not come about, or was told to go, while {@code open} others were at work. */
    public void failed(int open, long now) {
        if (!troubled || now - lastTrouble > TOGETHER) {
            level = Math.max(1, Math.min(level, open) * SHRINK);
            troubled = true;
            lastTrouble = now;
        }
    }
}
