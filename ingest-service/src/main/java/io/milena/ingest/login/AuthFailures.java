package io.milena.ingest.login;

import io.milena.smtp.Credentials;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Failed logins from each address, and with each user name, in the last ten minutes: the answer to the n-th is delayed
 * by {@code first * 2^(n-1)}, 5 s at most. Only failures are delayed: clients that know the secret are not slowed down
 * by an attacker who shares their address or attacks their account. Thread-safe.
 */
public final class AuthFailures {
    private static final Duration MEMORY = Duration.ofMinutes(10);
    private static final Duration LONGEST = Duration.ofSeconds(5);
    /** Longest user name that auth-service allows. */
    private static final int LONGEST_NAME = 128;

    private static final int MAX_COUNTS = 100_000;

    private record Count(int failures, long last) {}

    private final Map<String, Count> counts = new ConcurrentHashMap<>();
    private final Duration first;
    private final LongSupplier nanos;

    public AuthFailures(Duration first, LongSupplier nanos) {
        this.first = first;
        this.nanos = nanos;
    }

    /** Counts a failure and gives the delay of its answer. */
    public Duration next(String address, String username) {
        var byAddress = next(address);
        // All API keys share one user name, and are too long to guess.
        // A name that no account can have is not remembered: it may have any length and differ each time.
        if (username.equals(Credentials.API_KEY_USERNAME) || username.length() > LONGEST_NAME) {
            return byAddress;
        }
        var byName = next("user " + username);
        return byAddress.compareTo(byName) > 0 ? byAddress : byName;
    }

    private Duration next(String who) {
        long now = nanos.getAsLong();
        if (counts.size() >= MAX_COUNTS) {
            counts.values().removeIf(count -> now - count.last() > MEMORY.toNanos());
        }
        if (counts.size() >= MAX_COUNTS) {
            return LONGEST;
        }
        var count = counts.merge(
                who,
                new Count(1, now),
                (old, fresh) -> now - old.last() > MEMORY.toNanos() ? fresh : new Count(old.failures() + 1, now));
        long millis = first.toMillis() << Math.min(count.failures() - 1, 20);
        return Duration.ofMillis(Math.min(millis, LONGEST.toMillis()));
    }
}
