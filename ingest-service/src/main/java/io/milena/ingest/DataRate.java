package io.milena.ingest;

import java.time.Duration;

/** How fast content comes, the time left out in which the server did not read. Times are {@link System#nanoTime()}. Not thread-safe. */
final class DataRate {
    private final long octetsPerSecond;
    private final long grace;
    private long since;
    private long octets;

    DataRate(int octetsPerSecond, Duration grace) {
        this.octetsPerSecond = octetsPerSecond;
        this.grace = grace.toNanos();
    }

    void begin(long now) {
        since = now;
        octets = 0;
    }

    void came(int count) {
        octets += count;
    }

    /** The server did not read for so long. */
    void waited(long nanos) {
        since += nanos;
    }

    /** Whether it was, on average since the beginning and once the grace is over, less than asked for. */
    boolean tooSlow(long now) {
        long took = now - since;
        return took > grace && octets < octetsPerSecond * (took / 1e9);
    }
}
