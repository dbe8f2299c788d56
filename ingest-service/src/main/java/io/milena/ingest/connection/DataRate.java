package io.milena.ingest.connection;

import java.time.Duration;

/**
 * Measures the rate at which content comes; time in which the server did not read is left out. Times are {@link
 * System#nanoTime()}. Not thread-safe.
 */
final class DataRate {
    private final long octetsPerSecond;
    private long since;
    private long octets;

    DataRate(int octetsPerSecond) {
        this.octetsPerSecond = octetsPerSecond;
    }

    void begin(long now) {
        since = now;
        octets = 0;
    }

    void came(int count) {
        octets += count;
    }

    /** Leaves out time in which the server did not read. */
    void waited(long nanos) {
        since += nanos;
    }

    /** Whether the average rate since the beginning is too low; never within the grace. */
    boolean tooSlow(long now, Duration grace) {
        long took = now - since;
        return took > grace.toNanos() && octets < octetsPerSecond * (took / 1e9);
    }
}
