package io.milena.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.milena.topics.Envelope;
import io.milena.topics.Envelope.DeliverBy;
import io.milena.topics.Envelope.DeliverBy.Mode;
import io.milena.topics.Recipient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {
    private static final Instant START = Instant.parse("2026-11-24T00:00:00Z");
    private final RetrySchedule schedule =
            new RetrySchedule(List.of(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofHours(1)));

    @Test
    void eachAttemptWaitsInTheNextTierAndTheLastRepeats() {
        assertThat(schedule.afterAttempt(afterAttempts(0), START)).contains(Duration.ofMinutes(1));
        assertThat(schedule.afterAttempt(afterAttempts(1), START)).contains(Duration.ofMinutes(5));
        assertThat(schedule.afterAttempt(afterAttempts(2), START)).contains(Duration.ofHours(1));
        assertThat(schedule.afterAttempt(afterAttempts(9), START)).contains(Duration.ofHours(1));
    }

    @Test
    void nothingIsTriedAgainBeyondTheLifetime() {
        var lateIn = START.plus(Duration.ofHours(72)).minusSeconds(30);
        assertThat(schedule.afterAttempt(afterAttempts(0), lateIn)).isEmpty();
    }

    @Test
    void aRestingDestinationMeansTheShortestTierThatOutlastsTheRest() {
        assertThat(schedule.forWait(afterAttempts(0), START, Duration.ofSeconds(90)))
                .contains(Duration.ofMinutes(5));
        assertThat(schedule.forWait(afterAttempts(0), START, Duration.ofHours(9)))
                .contains(Duration.ofHours(1));
    }

    @Test
    void scheduledMailWaitsInTheLongestTierThatDoesNotOutlastItsRelease() {
        assertThat(schedule.within(Duration.ofHours(9))).isEqualTo(Duration.ofHours(1));
        assertThat(schedule.within(Duration.ofMinutes(59))).isEqualTo(Duration.ofMinutes(5));
        assertThat(schedule.within(Duration.ofSeconds(90))).isEqualTo(Duration.ofMinutes(1));
        assertThat(schedule.within(Duration.ofSeconds(10))).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void noTierOutlastsADeadlineThatAShorterOneDoesNot() {
        // After three attempts: an hour, as long as the deadline allows.
        assertThat(schedule.afterAttempt(by(7200, Mode.RETURN), START)).contains(Duration.ofHours(1));
        assertThat(schedule.afterAttempt(by(3600, Mode.NOTIFY), START)).contains(Duration.ofHours(1));
        assertThat(schedule.afterAttempt(by(3599, Mode.NOTIFY), START)).contains(Duration.ofMinutes(5));
        // What is to come back is tried before its deadline only.
        assertThat(schedule.afterAttempt(by(3600, Mode.RETURN), START)).contains(Duration.ofMinutes(5));
        assertThat(schedule.afterAttempt(by(61, Mode.RETURN), START)).contains(Duration.ofMinutes(1));
        assertThat(schedule.afterAttempt(by(60, Mode.RETURN), START)).isEmpty();
        assertThat(schedule.forWait(by(200, Mode.RETURN), START, Duration.ofSeconds(90)))
                .contains(Duration.ofMinutes(1));
    }

    @Test
    void whatIsTriedBeyondItsDeadlineWaitsAtLeastInTheShortestTierAndThenAsUsual() {
        assertThat(schedule.afterAttempt(by(30, Mode.NOTIFY), START)).contains(Duration.ofMinutes(1));
        assertThat(schedule.afterAttempt(by(0, Mode.NOTIFY), START)).contains(Duration.ofHours(1));
    }

    private static Envelope by(int seconds, Mode mode) {
        return Envelopes.of(
                START, 3, new DeliverBy(START.plusSeconds(seconds), mode, false), Recipient.of("b@example.com"));
    }

    @Test
    void delaysUnderASecondAreRefused() {
        assertThatThrownBy(() -> new RetrySchedule(List.of(Duration.ofMillis(10))))
                .hasMessageContaining("milena.retry.delays");
    }

    private static Envelope afterAttempts(int attempts) {
        return Envelopes.of(START, attempts, "b@example.com");
    }
}
