package io.milena.delivery.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.milena.delivery.Accounts;
import io.milena.delivery.Envelopes;
import io.milena.topics.Envelope;
import io.milena.topics.Envelope.DeliverBy;
import io.milena.topics.Envelope.DeliverBy.Mode;
import io.milena.topics.Recipient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {
    private static final Instant START = Instant.parse("2026-11-24T00:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration FIVE = Duration.ofMinutes(5);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final List<Duration> TIERS = List.of(MINUTE, FIVE, HOUR);

    /** As late as it can be. */
    private final RetrySchedule schedule = schedule(1);

    private static RetrySchedule schedule(double random, Duration... ofAccount) {
        return new RetrySchedule(TIERS, Accounts.with(ofAccount), () -> random);
    }

    @Test
    void eachAttemptWaitsInTheNextTierAndTheLastRepeats() {
        assertThat(schedule.afterAttempt(afterAttempts(0), START)).contains(in(MINUTE));
        assertThat(schedule.afterAttempt(afterAttempts(1), START)).contains(in(FIVE));
        assertThat(schedule.afterAttempt(afterAttempts(2), START)).contains(in(HOUR));
        assertThat(schedule.afterAttempt(afterAttempts(9), START)).contains(in(HOUR));
    }

    @Test
    void anAccountHasDelaysOfItsOwnAndAnyOtherThePlatforms() {
        var own = schedule(1, FIVE, HOUR);
        assertThat(own.afterAttempt(afterAttempts(0), START)).contains(in(FIVE));
        assertThat(own.afterAttempt(afterAttempts(1), START)).contains(in(HOUR));
        assertThat(own.afterAttempt(afterAttempts(2), START)).contains(in(HOUR));

        var another = Envelopes.of("id", "another", 0, "b@example.com", 0);
        assertThat(own.afterAttempt(another, START)).contains(in(MINUTE));
    }

    @Test
    void aRetryComesUpToATenthEarlier() {
        assertThat(schedule(0).afterAttempt(afterAttempts(1), START))
                .contains(new ScheduledRetry(FIVE, START.plusSeconds(270), START.plusSeconds(270)));
        var random = new Random(1);
        var jittered = new RetrySchedule(TIERS, Accounts.with(), random::nextDouble);
        var all = IntStream.range(0, 1000)
                .mapToObj(i -> jittered.afterAttempt(afterAttempts(1), START).orElseThrow())
                .toList();
        assertThat(all)
                .allMatch(retry -> retry.tier().equals(FIVE) && retry.at().equals(retry.due()));
        assertThat(all)
                .allMatch(retry -> !retry.at().isBefore(START.plusSeconds(270))
                        && !retry.at().isAfter(START.plusSeconds(300)));
        // Spread over the whole tenth.
        assertThat(all.stream().map(retry -> retry.at().getEpochSecond()).distinct())
                .hasSizeGreaterThanOrEqualTo(30);
    }

    @Test
    void aDelayThatIsNoTierLeadsThroughThoseThatAreShorter() {
        var own = schedule(1, Duration.ofMinutes(132));
        var retry = own.afterAttempt(afterAttempts(0), START).orElseThrow();
        var at = START.plus(Duration.ofMinutes(132));
        assertThat(retry).isEqualTo(new ScheduledRetry(HOUR, START.plus(HOUR), at));

        var way = new ArrayList<Duration>();
        for (; retry.due().isBefore(at); retry = own.towards(at, retry.due())) {
            way.add(retry.tier());
        }
        assertThat(way).containsExactly(HOUR, HOUR, FIVE, FIVE, MINUTE);
        assertThat(retry).isEqualTo(new ScheduledRetry(MINUTE, at, at));
    }

    @Test
    void atTheEndOfTheWayTheShortestTierMayBeLongerThanWhatIsLeft() {
        var at = START.plusSeconds(20);
        assertThat(schedule.towards(at, START)).isEqualTo(new ScheduledRetry(MINUTE, at, at));
        assertThat(schedule(1, Duration.ofSeconds(2)).afterAttempt(afterAttempts(0), START))
                .contains(new ScheduledRetry(MINUTE, START.plusSeconds(2), START.plusSeconds(2)));
        // A tenth less than the delay, and so less than its tier.
        assertThat(schedule(0, Duration.ofSeconds(330)).afterAttempt(afterAttempts(0), START))
                .contains(new ScheduledRetry(FIVE, START.plusSeconds(297), START.plusSeconds(297)));
    }

    @Test
    void nothingIsTriedAgainBeyondTheLifetime() {
        var end = START.plus(Duration.ofHours(72));
        assertThat(schedule.afterAttempt(afterAttempts(0), end.minusSeconds(30)))
                .isEmpty();
        // The time of the attempt counts, not the time at which it leaves its first tier.
        assertThat(schedule(1, Duration.ofHours(2)).afterAttempt(afterAttempts(0), end.minusSeconds(7200)))
                .isEmpty();
        assertThat(schedule(1, Duration.ofHours(2)).afterAttempt(afterAttempts(0), end.minusSeconds(7201)))
                .isPresent();
    }

    @Test
    void aRestingDestinationMeansTheShortestTierThatOutlastsTheRest() {
        assertThat(waiting(Duration.ofSeconds(90), SpreadSlot.ALONE)).isEqualTo(in(FIVE));
        assertThat(waiting(Duration.ofHours(9), SpreadSlot.ALONE)).isEqualTo(in(HOUR));
    }

    @Test
    void whatIsDeferredTogetherComesBackOneAfterTheOtherInTheLastTenth() {
        var dues = IntStream.range(0, 10)
                .mapToObj(i -> waiting(Duration.ofSeconds(90), new SpreadSlot(i, 10)))
                .map(retry -> Duration.between(START, retry.due()).toSeconds())
                .toList();
        // A random number of 1: each at the end of its own part.
        assertThat(dues).containsExactly(273L, 276L, 279L, 282L, 285L, 288L, 291L, 294L, 297L, 300L);
        assertThat(schedule(0).forWait(afterAttempts(0), START, Duration.ofSeconds(90), new SpreadSlot(0, 10)))
                .contains(new ScheduledRetry(FIVE, START.plusSeconds(270), START.plusSeconds(270)));
    }

    @Test
    void nothingComesBackBeforeTheRestIsOver() {
        var rest = Duration.ofSeconds(290);
        var first = schedule(0)
                .forWait(afterAttempts(0), START, rest, new SpreadSlot(0, 10))
                .orElseThrow();
        assertThat(first.due()).isEqualTo(START.plus(rest));
        assertThat(waiting(rest, new SpreadSlot(4, 10)).due()).isEqualTo(START.plusSeconds(295));
        assertThat(waiting(Duration.ofHours(9), new SpreadSlot(0, 10))).isEqualTo(in(HOUR));
    }

    @Test
    void aTurnIsAwaitedUntilItIsNearlyThereInAsFewTiersAsMayBe() {
        assertThat(turn(Duration.ofSeconds(62))).isEqualTo(in(MINUTE));
        assertThat(turn(Duration.ofSeconds(6))).isEqualTo(in(MINUTE));
        var inTwelveMinutes = START.plus(Duration.ofMinutes(12));
        assertThat(turn(Duration.ofSeconds(12 * 60 + 50)))
                .isEqualTo(new ScheduledRetry(FIVE, START.plus(FIVE), inTwelveMinutes));
        var inHalfAnHour = START.plus(Duration.ofMinutes(30));
        assertThat(turn(Duration.ofMinutes(33))).isEqualTo(new ScheduledRetry(FIVE, START.plus(FIVE), inHalfAnHour));
    }

    @Test
    void aTurnAfterTheQueueLifetimeIsAskedForBeforeItsEnd() {
        var late = START.plus(Duration.ofHours(71));
        assertThat(schedule.forTurn(afterAttempts(0), late, Duration.ofHours(2)))
                .contains(new ScheduledRetry(FIVE, late.plus(FIVE), late.plus(Duration.ofMinutes(30))));
        assertThat(schedule.forTurn(
                        afterAttempts(0), START.plus(Duration.ofHours(72)).minusSeconds(50), FIVE))
                .isEmpty();
    }

    @Test
    void scheduledMailWaitsInTheLongestTierThatDoesNotOutlastItsRelease() {
        assertThat(schedule.towards(START.plus(Duration.ofHours(9)), START).tier())
                .isEqualTo(HOUR);
        assertThat(schedule.towards(START.plus(Duration.ofMinutes(59)), START).tier())
                .isEqualTo(FIVE);
        assertThat(schedule.towards(START.plusSeconds(90), START).tier()).isEqualTo(MINUTE);
        assertThat(schedule.towards(START.plusSeconds(10), START).tier()).isEqualTo(MINUTE);
    }

    @Test
    void noTierOutlastsADeadlineThatAShorterOneDoesNot() {
        // After three attempts: an hour, as long as the deadline allows.
        assertThat(schedule.afterAttempt(by(7200, Mode.RETURN), START)).contains(in(HOUR));
        assertThat(schedule.afterAttempt(by(3600, Mode.NOTIFY), START)).contains(in(HOUR));
        assertThat(schedule.afterAttempt(by(3599, Mode.NOTIFY), START)).contains(in(FIVE));
        // Mail that must be returned at the deadline is tried only before it.
        assertThat(schedule.afterAttempt(by(3600, Mode.RETURN), START)).contains(in(FIVE));
        assertThat(schedule.afterAttempt(by(61, Mode.RETURN), START)).contains(in(MINUTE));
        assertThat(schedule.afterAttempt(by(60, Mode.RETURN), START)).isEmpty();
        assertThat(schedule.forWait(by(200, Mode.RETURN), START, Duration.ofSeconds(90), SpreadSlot.ALONE))
                .contains(in(MINUTE));
    }

    @Test
    void nearADeadlineNoWayLeadsThroughSeveralTiers() {
        var own = schedule(1, Duration.ofSeconds(400));
        assertThat(own.afterAttempt(by(460, Mode.NOTIFY), START).orElseThrow().at())
                .isEqualTo(START.plusSeconds(400));
        // In the last tier it might wait for others, and then be too late.
        assertThat(own.afterAttempt(by(459, Mode.NOTIFY), START)).contains(in(FIVE));
        assertThat(own.afterAttempt(by(60, Mode.NOTIFY), START)).contains(in(MINUTE));
        // If no tier is short enough, a delay that is short enough is kept.
        var soon = START.plusSeconds(20);
        assertThat(schedule(1, Duration.ofSeconds(20)).afterAttempt(by(50, Mode.RETURN), START))
                .contains(new ScheduledRetry(MINUTE, soon, soon));
    }

    @Test
    void whatIsTriedBeyondItsDeadlineWaitsAtLeastInTheShortestTierAndThenAsUsual() {
        assertThat(schedule.afterAttempt(by(30, Mode.NOTIFY), START)).contains(in(MINUTE));
        assertThat(schedule.afterAttempt(by(0, Mode.NOTIFY), START)).contains(in(HOUR));
    }

    private static Envelope by(int seconds, Mode mode) {
        return Envelopes.of(
                START, 3, new DeliverBy(START.plusSeconds(seconds), mode, false), Recipient.of("b@example.com"));
    }

    @Test
    void delaysUnderASecondAreRefused() {
        assertThatThrownBy(() -> new RetrySchedule(List.of(Duration.ofMillis(10)), id -> Optional.empty(), () -> 1))
                .hasMessageContaining("milena.retry.delays");
    }

    private static Envelope afterAttempts(int attempts) {
        return Envelopes.of(START, attempts, "b@example.com");
    }

    private ScheduledRetry turn(Duration turn) {
        return schedule.forTurn(afterAttempts(0), START, turn).orElseThrow();
    }

    private ScheduledRetry waiting(Duration wait, SpreadSlot place) {
        return schedule.forWait(afterAttempts(0), START, wait, place).orElseThrow();
    }

    /** A retry when it leaves this tier, at its latest. */
    private static ScheduledRetry in(Duration tier) {
        return new ScheduledRetry(tier, START.plus(tier), START.plus(tier));
    }
}
