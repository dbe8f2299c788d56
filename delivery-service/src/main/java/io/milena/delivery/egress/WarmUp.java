package io.milena.delivery.egress;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.function.DoubleSupplier;

/**
 * Keeps a source to its plan, by this replica's share of it: a bucket of a minute's worth, at least one message, that
 * fills so fast that no hour has more messages than the plan (bucket - 1 + an hour's filling = plan). It stores nothing
 * over restarts, so a restart can add a bucket; shares round to one message for each replica. Thread-safe.
 */
final class WarmUp {
    /**
     * Longest wait that a message is given: by then another day of the plan has begun, or promised turns were used
     * elsewhere.
     */
    private static final Duration LONGEST_WAIT = Duration.ofHours(4);

    private static final double HOUR = Duration.ofHours(1).toMillis();

    private final WarmUpPlan plan;
    private final DoubleSupplier share;
    private final Clock clock;
    private double held;
    private Instant filled;
    private Instant promised;

    /** {@code share}: this replica's part of all mail, from 0 to 1. */
    WarmUp(WarmUpPlan plan, DoubleSupplier share, Clock clock) {
        this.plan = plan;
        this.share = share;
        this.clock = clock;
        this.filled = Instant.MIN;
        this.promised = Instant.MIN;
    }

    /** Counts one more message, if the plan allows it now. */
    synchronized boolean take() {
        var now = clock.instant();
        if (plan.on(day(now)).isEmpty()) {
            return true;
        }
        fill(now);
        if (held < 1) {
            return false;
        }
        held--;
        return true;
    }

    /** A message that was counted was not sent. */
    synchronized void giveBack() {
        held = Math.min(held + 1, bucket(perHour(clock.instant())));
    }

    /** How long a message would have to wait now. */
    synchronized Duration nextTurn() {
        var now = clock.instant();
        fill(now);
        var latest = now.plus(LONGEST_WAIT);
        double fillsPerHour = filling(perHour(now));
        var turn = fillsPerHour == 0
                ? day(now).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant()
                : now.plusMillis((long) Math.ceil(Math.max(0, 1 - held) * HOUR / fillsPerHour));
        var free = promised.isAfter(turn) ? promised : turn;
        return Duration.between(now, free.isBefore(latest) ? free : latest);
    }

    /** Gives the message that turn; the next message gets a later one. */
    synchronized Duration turn() {
        var turn = nextTurn();
        double fillsPerHour = filling(perHour(filled));
        if (fillsPerHour > 0 && turn.compareTo(LONGEST_WAIT) < 0) {
            promised = filled.plus(turn).plusMillis((long) Math.ceil(HOUR / fillsPerHour));
        }
        return turn;
    }

    private void fill(Instant now) {
        double perHour = perHour(now);
        if (filled.equals(Instant.MIN)) {
            held = perHour == 0 ? 0 : bucket(perHour);
        } else {
            // A clock that is set back adds nothing.
            double elapsed = Math.max(0, Duration.between(filled, now).toMillis());
            held = Math.min(held + elapsed * filling(perHour) / HOUR, bucket(perHour));
        }
        filled = now;
    }

    private double perHour(Instant now) {
        return plan.on(day(now)).orElse(0) * share.getAsDouble();
    }

    private static double bucket(double perHour) {
        return Math.max(1, perHour / 60);
    }

    private static double filling(double perHour) {
        return perHour - bucket(perHour) + 1;
    }

    private static LocalDate day(Instant now) {
        return LocalDate.ofInstant(now, ZoneOffset.UTC);
    }
}
