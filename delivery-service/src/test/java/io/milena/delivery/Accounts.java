package io.milena.delivery;

import io.milena.topics.Directory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A directory with one account, that of the envelopes of {@link Envelopes}. */
public final class Accounts {
    private Accounts() {}

    /** The account asks for these retry delays; without any it asks for nothing. */
    public static Function<String, Optional<Directory.Account>> with(Duration... delays) {
        return id -> id.equals("account") ? Optional.of(account(id, delays)) : Optional.empty();
    }

    static Directory.Account account(String id, Duration... delays) {
        return new Directory.Account(
                id,
                id,
                "active",
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(delays),
                Optional.empty(),
                List.of());
    }
}
