package io.milena.ingest.connection;

import java.time.Duration;

/** How fast content comes, the time left out in which the server did not read. Times are {@link System#nanoTime()}. Not thread-safe. */
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

    /** The server did not read for so long. */
    void waited(long nanos) {
        since += nanos;
    }

    /** Whether it was, on average since the beginning and once the grace is over, less than asked for. */
    boolean tooSlow(long now, Duration grace) {
        long took = now - since;
        return took > grace.toNanos() && octets < octetsPerSecond * (took / 1e9);
    }
}
