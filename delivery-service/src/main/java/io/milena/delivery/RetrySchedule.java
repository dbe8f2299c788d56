package io.milena.delivery;

import io.milena.topics.Envelope;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * When a deferred message is tried again: after attempt n it waits in tier min(n, tiers), until its queue lifetime ends (RFC 5321 §4.5.4.1), and not
 * beyond a deadline that its sender set (RFC 2852). Immutable.
 */
record RetrySchedule(List<Duration> delays) {
    RetrySchedule {
        if (delays.isEmpty() || delays.stream().anyMatch(delay -> delay.compareTo(Duration.ofSeconds(1)) < 0)) {
            throw new IllegalArgumentException(
                    "milena.retry.delays: " + delays + " (expected: one or more of 1s and up)");
        }
        delays = List.copyOf(delays);
    }

    /** The delay after the attempt that just ended; empty when its time would be over by then. */
    Optional<Duration> afterAttempt(Envelope envelope, Instant now) {
        var delay = delays.get(Math.min(envelope.attempt(), delays.size() - 1));
        return inTime(envelope, now, delay);
    }

    /** The tier for a message that was not tried because it would have to wait this long: the shortest that is long enough. */
    Optional<Duration> forWait(Envelope envelope, Instant now, Duration wait) {
        var delay = delays.stream()
                .sorted()
                .filter(tier -> tier.compareTo(wait) >= 0)
                .findFirst()
                .orElseGet(() -> delays.stream().max(Comparator.naturalOrder()).orElseThrow());
        return inTime(envelope, now, delay);
    }

    /** The next tier for a message whose release or deadline is so far ahead: the longest that does not outlast it, or the shortest there is. */
    Duration within(Duration ahead) {
        return delays.stream()
                .filter(tier -> tier.compareTo(ahead) <= 0)
                .max(Comparator.naturalOrder())
                .orElseGet(() -> delays.stream().min(Comparator.naturalOrder()).orElseThrow());
    }

    private Optional<Duration> inTime(Envelope envelope, Instant now, Duration delay) {
        var tier = envelope.deliverBy().map(wish -> awakeFor(wish, now, delay)).orElse(delay);
        return now.plus(tier).isBefore(envelope.triedUntil()) ? Optional.of(tier) : Optional.empty();
    }

    /** A tier that does not outlast the deadline, so that there is another attempt before it, and its sender hears of a delay when it comes. */
    private Duration awakeFor(Envelope.DeliverBy wish, Instant now, Duration delay) {
        // What is to come back at the deadline is tried only before it.
        var awake =
                wish.mode() == Envelope.DeliverBy.Mode.RETURN ? wish.deadline().minusMillis(1) : wish.deadline();
        var ahead = Duration.between(now, awake);
        return ahead.isPositive() && delay.compareTo(ahead) > 0 ? within(ahead) : delay;
    }
}
