package io.milena.ingest.login;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Pairs of address and user that have logged in since the last wrong secret: their logins have a lane of their own, so
 * that a flood of guesses from elsewhere does not delay them. Remembers the pairs used last. Thread-safe.
 */
final class KnownClients {
    private static final int MAX_PAIRS = 50_000;

    private record Pair(String address, String username) {}

    private final Map<Pair, Boolean> pairs = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Pair, Boolean> eldest) {
            return size() > MAX_PAIRS;
        }
    };

    synchronized boolean knows(String address, String username) {
        return pairs.get(new Pair(address, username)) != null;
    }

    synchronized void learn(String address, String username) {
        pairs.put(new Pair(address, username), true);
    }

    synchronized void forget(String address, String username) {
        pairs.remove(new Pair(address, username));
    }
}
