package io.milena.auth.rest;

import io.milena.auth.store.Account;
import io.milena.operator.Problem;
import io.milena.operator.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** When an account's mail is tried again, and for how long; what is left out is as the platform has it. */
public record AccountRetry(
        @Schema(
                description =
                        "How long after the first, second … attempt that failed for the time being the next is made;"
                                + " the last one repeats. 1 to 10, each of 1s to 24h.",
                examples = "[\"30s\", \"5m\", \"1h30m\"]")
        List<String> delays,

        @Schema(
                description = "Queue lifetime, 1m or more: what is not delivered by then goes back to its sender. The"
                        + " platform's counts where it is shorter.",
                examples = "24h")
        String lifetime) {

    private static final int MOST_DELAYS = 10;
    private static final Duration SHORTEST_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofHours(24);
    private static final Duration SHORTEST_LIFETIME = Duration.ofMinutes(1);

    static AccountRetry of(Account account) {
        var published = account.published();
        var delays = published.retryDelays().stream().map(Times::text).toList();
        return new AccountRetry(
                delays.isEmpty() ? null : delays,
                published.queueLifetime().map(Times::text).orElse(null));
    }

    /** Both of them; a value that is none ends the request. */
    void applyTo(Account account) {
        account.retryDelays = delays == null ? null : delaySeconds();
        account.queueLifetime = lifetime == null ? null : lifetimeSeconds();
    }

    private List<Integer> delaySeconds() {
        if (delays.isEmpty() || delays.size() > MOST_DELAYS) {
            throw Problem.invalid("#/retry/delays", "must be 1 to " + MOST_DELAYS + " delays")
                    .exception();
        }
        var seconds = new ArrayList<Integer>();
        for (var delay : delays) {
            seconds.add(wholeSeconds(delay)
                    .filter(time -> time.compareTo(SHORTEST_DELAY) >= 0 && time.compareTo(LONGEST_DELAY) <= 0)
                    .map(time -> Math.toIntExact(time.toSeconds()))
                    .orElseThrow(() -> Problem.invalid(
                                    "#/retry/delays/" + seconds.size(),
                                    "must be whole seconds from 1s to 24h, such as 30s, 5m or 1h30m")
                            .exception()));
        }
        return seconds;
    }

    private long lifetimeSeconds() {
        return wholeSeconds(lifetime)
                .filter(time -> time.compareTo(SHORTEST_LIFETIME) >= 0)
                .map(Duration::toSeconds)
                .orElseThrow(() -> Problem.invalid(
                                "#/retry/lifetime", "must be whole seconds from 1m up, such as 12h or 24h")
                        .exception());
    }

    private static Optional<Duration> wholeSeconds(String text) {
        return Optional.ofNullable(text).flatMap(Times::parse).filter(time -> time.getNano() == 0);
    }
}
