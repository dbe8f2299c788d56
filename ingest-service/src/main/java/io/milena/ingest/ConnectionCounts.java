package io.milena.ingest;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Open connections by address. Thread-safe. */
final class ConnectionCounts {
    private final Map<String, Integer> open = new ConcurrentHashMap<>();
    private final int limit;

    ConnectionCounts(int limit) {
        this.limit = limit;
    }

    /** Counts a connection; false if it is one too many. Each call is followed by one of {@link #closed}. */
    boolean opened(String address) {
        return open.merge(address, 1, Integer::sum) <= limit;
    }

    void closed(String address) {
        open.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }
}
