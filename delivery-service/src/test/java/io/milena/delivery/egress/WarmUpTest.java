package io.milena.delivery.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.milena.delivery.tlsreport.SteppedClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Days and hours of a clock that the test sets. */
class WarmUpTest {
    private static final Instant START = Instant.parse("2026-11-24T00:00:00Z");

    private final SteppedClock clock = new SteppedClock(START.toString());
    private final AtomicReference<Double> share = new AtomicReference<>(1.0);

    /**
     * Whatever the arrival pattern, no hour of the day has more than the plan; if enough mail comes, it has most of the
     * plan.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 50, 59, 60, 61, 200, 1000, 20_000})
    void noHourHasMoreThanThePlan(int perHour) {
        var warmUp = warmUp("2026-11-24: " + perHour);
        var random = new Random(perHour);
        var sent = new ArrayList<Instant>();
        while (clock.instant().isBefore(START.plus(Duration.ofHours(5)))) {
            for (int burst = random.nextInt(3 + perHour / 20); burst >= 0; burst--) {
                if (warmUp.take()) {
                    sent.add(clock.instant());
                }
            }
            clock.goOn(Duration.ofMillis(random.nextInt(60_000)));
        }
        for (int from = 0, to = 0; from < sent.size(); from++) {
            while (to < sent.size()
                    && Duration.between(sent.get(from), sent.get(to)).compareTo(Duration.ofHours(1)) < 0) {
                to++;
            }
            assertThat(to - from).isLessThanOrEqualTo(perHour);
        }
        assertThat(sent.size()).isGreaterThanOrEqualTo((int) (perHour * 5 * 0.7));
    }

    @Test
    void eachDayHasItsNumberAndAfterTheLastItIsWarm() {
        var warmUp = warmUp("2026-11-25: 60, 600");
        assertThat(taken(warmUp, Duration.ofHours(3))).isZero();
        clock.set(START.plus(Duration.ofDays(1)));
        assertThat(taken(warmUp, Duration.ofHours(3))).isBetween(178, 181);
        clock.set(START.plus(Duration.ofDays(2)));
        assertThat(taken(warmUp, Duration.ofHours(3))).isBetween(1770, 1811);
        clock.set(START.plus(Duration.ofDays(3)));
        assertThat(taken(warmUp, Duration.ofHours(1))).isEqualTo(36_000);
    }

    @Test
    void aReplicaHasItsShareAndThatMovesWithThePartitions() {
        var warmUp = warmUp("2026-11-24: 600");
        share.set(0.25);
        assertThat(taken(warmUp, Duration.ofHours(2))).isBetween(295, 303);
        share.set(0.5);
        assertThat(taken(warmUp, Duration.ofHours(2))).isBetween(590, 606);
        share.set(0.0);
        assertThat(taken(warmUp, Duration.ofHours(1))).isLessThanOrEqualTo(1);
    }

    @Test
    void whatWaitsIsGivenTurnsOneAfterTheOther() {
        var warmUp = warmUp("2026-11-24: 60");
        assertThat(warmUp.take()).isTrue();
        assertThat(warmUp.take()).isFalse();
        assertThat(List.of(warmUp.turn(), warmUp.turn(), warmUp.turn()))
                .containsExactly(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(3));
        for (int i = 0; i < 1000; i++) {
            assertThat(warmUp.turn()).isBetween(Duration.ofMinutes(4), Duration.ofHours(4));
        }
    }

    @Test
    void beforeTheFirstDayAMessageWaitsForItButNotTooLong() {
        var warmUp = warmUp("2026-11-25: 60");
        assertThat(warmUp.take()).isFalse();
        assertThat(warmUp.turn()).isEqualTo(Duration.ofHours(4));
        clock.set(START.plus(Duration.ofHours(23)));
        assertThat(warmUp.turn()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void whatDidNotGoDoesNotCount() {
        var warmUp = warmUp("2026-11-24: 60");
        assertThat(warmUp.take()).isTrue();
        warmUp.giveBack();
        warmUp.giveBack();
        assertThat(warmUp.take()).isTrue();
        assertThat(warmUp.take()).isFalse();
    }

    @Test
    void aClockThatIsSetBackGivesNothing() {
        var warmUp = warmUp("2026-11-24: 60");
        clock.set(START.plus(Duration.ofHours(5)));
        assertThat(warmUp.take()).isTrue();
        clock.set(START.plus(Duration.ofHours(4)));
        assertThat(warmUp.take()).isFalse();
        clock.goOn(Duration.ofMinutes(1));
        assertThat(warmUp.take()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "50",
                "2026-11-24",
                "2026-11-24:",
                "2026-11-24: 0",
                "2026-11-24: -5",
                "2026-11-24: 50,",
                "2026-11-24: many",
                "24.11.2026: 50",
                "2026-11-31: 50",
                "2026-11-24: 99999999999"
            })
    void whatIsNoPlanIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WarmUpPlan.parse("milena.delivery.sources.\"a\".warm-up", text))
                .withMessageStartingWith("milena.delivery.sources.\"a\".warm-up: " + text + " (expected: DATE: ");
    }

    private WarmUp warmUp(String plan) {
        return new WarmUp(WarmUpPlan.parse("test", plan), share::get, clock);
    }

    /** Ten requests a second. */
    private int taken(WarmUp warmUp, Duration length) {
        int taken = 0;
        for (long i = length.toSeconds() * 10; i > 0; i--) {
            taken += warmUp.take() ? 1 : 0;
            clock.goOn(Duration.ofMillis(100));
        }
        return taken;
    }
}
