package io.milena.ingest.login;

import io.milena.smtp.Credentials;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Failed logins from each address, with each user name, and with both, in the last ten minutes: the answer to the n-th
 * is delayed by {@code first * 2^(n-1)}, 5 s at most. Only failures are delayed: clients that know the secret are not
 * slowed down by an attacker who shares their address or attacks their account. After ten wrong secrets for a user from
 * one address, one attempt in 30 s is verified. Thread-safe; no call takes longer because many are remembered.
 */
public final class AuthFailures {
    private static final Duration MEMORY = Duration.ofMinutes(10);
    private static final Duration LONGEST = Duration.ofSeconds(5);
    /** Longest user name that auth-service allows. */
    private static final int LONGEST_NAME = 128;

    private static final int WRONG_ALLOWED = 10;
    private static final Duration LOCKED = Duration.ofSeconds(30);

    /** Most counts of each generation. */
    static final int MAX_COUNTS = 100_000;

    private record Count(int failures, long last) {}

    /** Counts of one generation become the older ones as a whole, so that nothing is searched for old ones. */
    private record Generations(Map<String, Count> young, Map<String, Count> old, long since) {
        static Generations first(long now) {
            return new Generations(new ConcurrentHashMap<>(), Map.of(), now);
        }

        Generations next(long now) {
            return new Generations(new ConcurrentHashMap<>(), young, now);
        }

        Optional<Count> find(String key, long now) {
            return Optional.ofNullable(young.get(key))
                    .or(() -> Optional.ofNullable(old.get(key)))
                    .filter(count -> now - count.last() <= MEMORY.toNanos());
        }
    }

    private final AtomicReference<Generations> generations;
    private final Duration first;
    private final LongSupplier nanos;

    public AuthFailures(Duration first, LongSupplier nanos) {
        this.first = first;
        this.nanos = nanos;
        this.generations = new AtomicReference<>(Generations.first(nanos.getAsLong()));
    }

    /** Counts a failure and gives the delay of its answer. */
    public Duration next(String address, String username) {
        var byAddress = delay(count(address));
        if (hasNoCount(username)) {
            return byAddress;
        }
        var byName = delay(count("user " + username));
        return byAddress.compareTo(byName) > 0 ? byAddress : byName;
    }

    /** Counts a secret that was wrong for this user. */
    public void wrong(String address, String username) {
        if (!hasNoCount(username)) {
            count(pair(address, username));
        }
    }

    /** Whether an attempt for this user from this address is refused without a look at its secret. */
    public boolean locked(String address, String username) {
        long now = nanos.getAsLong();
        return !hasNoCount(username)
                && generations
                        .get()
                        .find(pair(address, username), now)
                        .filter(count -> count.failures() >= WRONG_ALLOWED && now - count.last() < LOCKED.toNanos())
                        .isPresent();
    }

    /**
     * All API keys share one user name, and are too long to guess. A name that no account can have is not remembered:
     * it may have any length and differ each time.
     */
    private static boolean hasNoCount(String username) {
        return username.equals(Credentials.API_KEY_USERNAME) || username.length() > LONGEST_NAME;
    }

    private static String pair(String address, String username) {
        return address + " user " + username;
    }

    private Duration delay(int failures) {
        long millis = first.toMillis() << Math.min(failures - 1, 20);
        return Duration.ofMillis(Math.min(millis, LONGEST.toMillis()));
    }

    /** Failures with this key including this one; many if it cannot be remembered. */
    private int count(String key) {
        long now = nanos.getAsLong();
        var current = generations.updateAndGet(kept -> now - kept.since() > MEMORY.toNanos() ? kept.next(now) : kept);
        int failures = current.find(key, now).map(Count::failures).orElse(0) + 1;
        if (current.young().size() >= MAX_COUNTS && !current.young().containsKey(key)) {
            return Integer.MAX_VALUE;
        }
        return current.young()
                .merge(
                        key,
                        new Count(failures, now),
                        (old, fresh) -> now - old.last() > MEMORY.toNanos()
                                ? fresh
                                : new Count(Math.max(fresh.failures(), old.failures() + 1), now))
                .failures();
    }
}
