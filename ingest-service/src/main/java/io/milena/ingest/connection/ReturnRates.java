package io.milena.ingest.connection;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counts messages to return addresses, which anyone may send, by address and by client, in periods of an hour that begin
 * with the first message. Remembers the 50,000 that were last heard of, each way; if there are more, the others begin
 * anew. Thread-safe.
 */
public final class ReturnRates {
    private static final int MOST_REMEMBERED = 50_000;
    private static final long PERIOD_NANOS = 3_600_000_000_000L;

    private final int perAddress;
    private final int perClient;
    private final LongSupplier nanoTime;
    private final Map<String, Count> addresses = counts();
    private final Map<String, Count> clients = counts();

    private record Count(long since, int messages) {}

    /** {@code perAddress} and {@code perClient} are messages in an hour; {@code nanoTime} as {@link System#nanoTime}. */
    public ReturnRates(int perAddress, int perClient, LongSupplier nanoTime) {
        this.perAddress = perAddress;
        this.perClient = perClient;
        this.nanoTime = nanoTime;
    }

    private static Map<String, Count> counts() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
                return size() > MOST_REMEMBERED;
            }
        };
    }

    /** Counts a message and tells whether it may come; one that may not come counts for nobody. */
    synchronized boolean admits(String returnAddress, String client) {
        long now = nanoTime.getAsLong();
        var ofAddress = present(addresses, returnAddress, now);
        var ofClient = present(clients, client, now);
        if (ofAddress.messages() >= perAddress || ofClient.messages() >= perClient) {
            return false;
        }
        addresses.put(returnAddress, new Count(ofAddress.since(), ofAddress.messages() + 1));
        clients.put(client, new Count(ofClient.since(), ofClient.messages() + 1));
        return true;
    }

    private static Count present(Map<String, Count> counts, String key, long now) {
        var count = counts.get(key);
        return count == null || now - count.since() >= PERIOD_NANOS ? new Count(now, 0) : count;
    }
}
