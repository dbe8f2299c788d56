package io.milena.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.milena.topics.Envelope;
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
        assertThat(schedule.untilRelease(Duration.ofHours(9))).isEqualTo(Duration.ofHours(1));
        assertThat(schedule.untilRelease(Duration.ofMinutes(59))).isEqualTo(Duration.ofMinutes(5));
        assertThat(schedule.untilRelease(Duration.ofSeconds(90))).isEqualTo(Duration.ofMinutes(1));
        assertThat(schedule.untilRelease(Duration.ofSeconds(10))).isEqualTo(Duration.ofMinutes(1));
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
