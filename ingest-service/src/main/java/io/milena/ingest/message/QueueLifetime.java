package io.milena.ingest.message;

import io.milena.smtp.SessionState.Transaction;
import io.milena.topics.Directory;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * The time for which a message is tried: as its account wants, but no longer than the platform keeps bodies.
 * Thread-safe.
 *
 * @param platform the upper bound for all accounts, {@code milena.retry.lifetime}
 */
public record QueueLifetime(Duration platform, Function<String, Optional<Directory.Account>> accounts) {

    public Duration of(Transaction transaction) {
        return transaction
                .submitter()
                .flatMap(submitter -> accounts.apply(submitter.account()))
                .flatMap(Directory.Account::queueLifetime)
                .filter(own -> own.compareTo(platform) < 0)
                .orElse(platform);
    }
}
