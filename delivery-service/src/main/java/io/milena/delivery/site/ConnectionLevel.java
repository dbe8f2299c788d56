package io.milena.delivery.site;

/**
 * How many connections a site bears. The level grows while messages go through, quickly until the first trouble and
 * then by about one per round of all connections. It shrinks when a connection fails or is told 421, at most once for
 * those that failed together. Not thread-safe.
 */
public final class ConnectionLevel {
    private static final double START = 4;
    private static final double SHRINK = 0.6;
    /** Failures within this time are one trouble, since connections begun together fail together; in nanoseconds. */
    private static final long TOGETHER = 1_000_000_000L;

    private double level = START;
    private boolean troubled;
    private long lastTrouble;

    /** Connections that may be open, of those allowed; at least one if any is allowed. */
    public int within(int allowed) {
        return Math.min(allowed, Math.max(1, (int) level));
    }

    /** A message went through while {@code open} connections were at work. */
    public void succeeded(int open, int allowed) {
        // Success says nothing about a higher level unless the present one is used up.
        if (open >= (int) level && level < allowed) {
            level = Math.min(allowed, level + (troubled ? 1 / level : 0.5));
        }
    }

    /** A connection failed, or was told to close, while {@code open} others were at work. */
    public void failed(int open, long now) {
        if (!troubled || now - lastTrouble > TOGETHER) {
            level = Math.max(1, Math.min(level, open) * SHRINK);
            troubled = true;
            lastTrouble = now;
        }
    }
}
