package io.milena.delivery.outcome;

import io.milena.topics.Directory;
import io.milena.topics.Envelope;
import io.milena.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/**
 * When a deferred message is retried: {@code delay[min(n, last)] × (0.9 + 0.1 × random)} after attempt n, by the delays
 * of its account or the platform's, until its queue lifetime ends (RFC 5321 §4.5.4.1), and not beyond a deadline that
 * its sender set (RFC 2852). The platform's delays are the tiers; another delay leads through several of them.
 * Immutable.
 */
public final class RetrySchedule {
    /**
     * Mail that fails together must not come back together. Retries come earlier and never later: a tier's length is
     * the upper bound.
     */
    private static final double EARLIEST = 0.9;

    private final List<Duration> delays;
    private final NavigableSet<Duration> tiers;
    private final Function<String, Optional<Directory.Account>> accounts;
    private final DoubleSupplier random;

    /** {@code random} gives numbers from 0 to 1. */
    public RetrySchedule(
            List<Duration> delays, Function<String, Optional<Directory.Account>> accounts, DoubleSupplier random) {
        if (delays.isEmpty() || delays.stream().anyMatch(delay -> delay.compareTo(Duration.ofSeconds(1)) < 0)) {
            throw new IllegalArgumentException(
                    "milena.retry.delays: " + delays + " (expected: one or more of 1s and up)");
        }
        this.delays = List.copyOf(delays);
        this.tiers = new TreeSet<>(delays);
        this.accounts = accounts;
        this.random = random;
    }

    private Duration shortestTier() {
        return tiers.first();
    }

    /** After the attempt that just ended; empty if its time would be over by then. */
    Optional<ScheduledRetry> afterAttempt(Envelope envelope, Instant now) {
        var own = delays(envelope.account());
        var delay = awake(envelope, now, own.get(Math.min(envelope.retrying().attempts(), own.size() - 1)));
        var at = now.plus(between(times(delay, EARLIEST), delay, random.getAsDouble()));
        return inTime(envelope, through(within(delay), at, now));
    }

    private List<Duration> delays(String account) {
        return accounts.apply(account)
                .map(Directory.Account::retryDelays)
                .filter(own -> !own.isEmpty())
                .orElse(delays);
    }

    /**
     * For a message that was not tried because it would have to wait this long: in the shortest tier that is long
     * enough.
     */
    Optional<ScheduledRetry> forWait(Envelope envelope, Instant now, Duration wait, SpreadSlot slot) {
        var longEnough = tiers.ceiling(wait);
        var tier = awake(envelope, now, longEnough == null ? tiers.last() : longEnough);
        // A message that returns before the wait is over must wait once more.
        var earliest = longest(times(tier, EARLIEST), wait.compareTo(tier) < 0 ? wait : tier);
        var due = now.plus(between(earliest, tier, slot.part(random)));
        return inTime(envelope, new ScheduledRetry(tier, due, due));
    }

    /**
     * For a message that an order holds this long at most: in the longest tier within that time, so that it is copied
     * seldom. Near the end of its time the tiers get shorter.
     */
    Optional<ScheduledRetry> forHold(Envelope envelope, Instant now, Duration howLong) {
        var left = Duration.between(now, envelope.triedUntil());
        var ahead = howLong.compareTo(left) < 0 ? howLong : left;
        var tier = awake(envelope, now, ahead.compareTo(Topics.HOLD) < 0 ? within(ahead) : Topics.HOLD);
        var due = now.plus(between(times(tier, EARLIEST), tier, random.getAsDouble()));
        return inTime(envelope, new ScheduledRetry(tier, due, due));
    }

    /** For a message that was not tried because its turn comes after this estimated time: shortly before that. */
    Optional<ScheduledRetry> forTurn(Envelope envelope, Instant now, Duration turn) {
        var left = Duration.between(now, envelope.triedUntil());
        // Near the end of its time it returns earlier.
        var ahead = awake(envelope, now, turn.compareTo(left) < 0 ? turn : left.dividedBy(2));
        var least = longest(shortestTier(), ahead.dividedBy(8));
        var way = within(ahead);
        // Each further tier costs another record, which the last part of an estimate is not worth.
        for (var rest = ahead.minus(way); rest.compareTo(least) >= 0; rest = ahead.minus(way)) {
            way = way.plus(within(rest));
        }
        return inTime(envelope, through(within(ahead), now.plus(way), now));
    }

    /** The next tier on the way to an instant before which no attempt is made. */
    ScheduledRetry towards(Instant at, Instant now) {
        return through(within(Duration.between(now, at)), at, now);
    }

    private static ScheduledRetry through(Duration tier, Instant at, Instant now) {
        var end = now.plus(tier);
        return new ScheduledRetry(tier, end.isBefore(at) ? end : at, at);
    }

    /** The longest tier within the time ahead, or the shortest one. */
    private Duration within(Duration ahead) {
        var tier = tiers.floor(ahead);
        return tier == null ? tiers.first() : tier;
    }

    private static Optional<ScheduledRetry> inTime(Envelope envelope, ScheduledRetry retry) {
        return Optional.of(retry).filter(found -> found.at().isBefore(envelope.triedUntil()));
    }

    private Duration awake(Envelope envelope, Instant now, Duration delay) {
        return envelope.wishes()
                .deliverBy()
                .map(wish -> awake(wish, now, delay))
                .orElse(delay);
    }

    /**
     * A delay within the deadline, so that there is another attempt before it, or its sender is told of the delay in
     * time.
     */
    private Duration awake(Envelope.DeliverBy wish, Instant now, Duration delay) {
        // Mail that must be returned at the deadline is tried only before it.
        var awake =
                wish.mode() == Envelope.DeliverBy.Mode.RETURN ? wish.deadline().minusMillis(1) : wish.deadline();
        var ahead = Duration.between(now, awake);
        // At the end of a way through several tiers, other records may be before it in the last one.
        var latest = tiers.contains(delay) ? delay : delay.plus(tiers.first());
        if (!ahead.isPositive() || latest.compareTo(ahead) <= 0) {
            return delay;
        }
        var shorter = within(ahead);
        return shorter.compareTo(delay) < 0 ? shorter : delay;
    }

    private static Duration between(Duration from, Duration to, double part) {
        return from.plus(times(to.minus(from), part));
    }

    private static Duration times(Duration time, double factor) {
        return Duration.ofMillis(Math.round(time.toMillis() * factor));
    }

    private static Duration longest(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
