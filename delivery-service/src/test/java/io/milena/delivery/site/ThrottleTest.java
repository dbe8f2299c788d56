package io.milena.delivery.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Rates over a simulated clock. */
class ThrottleTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void oneASecondComesEverySecond() {
        var throttle = new Throttle(0);
        throttle.limit(1);
        assertThat(throttle.waitNanos(0)).isZero();
        throttle.take(0);
        assertThat(throttle.waitNanos(0)).isEqualTo(SECOND);
        assertThat(throttle.waitNanos(SECOND / 2)).isEqualTo(SECOND / 2);
        assertThat(throttle.waitNanos(SECOND)).isZero();
    }

    @Test
    void aPauseSavesNothingUpButATenthOfASecond() {
        var throttle = new Throttle(0);
        throttle.limit(100);
        long now = 3_600 * SECOND;
        int at = 0;
        while (throttle.waitNanos(now) == 0) {
            throttle.take(now);
            at++;
        }
        assertThat(at).isEqualTo(10);
    }

    @Test
    void whatComesUnaskedIsPaidForLater() {
        var throttle = new Throttle(0);
        throttle.limit(1);
        throttle.take(0);
        throttle.take(0);
        throttle.take(0);
        assertThat(throttle.waitNanos(0)).isEqualTo(3 * SECOND);
    }

    @Test
    void nothingComesAtARateOfZeroAndAllWithoutOne() {
        var throttle = new Throttle(0);
        assertThat(throttle.waitNanos(0)).isZero();
        throttle.limit(0);
        assertThat(throttle.waitNanos(0)).isEqualTo(Long.MAX_VALUE);
    }

    @Property(tries = 200)
    void inNoSecondComesMoreThanTheRateAndTheBurst(
            @ForAll @IntRange(min = 1, max = 500) int rate,
            @ForAll @Size(min = 50, max = 50) List<@LongRange(max = SECOND / 10) Long> steps) {
        var throttle = new Throttle(0);
        throttle.limit(rate);
        long now = 0;
        int taken = 0;
        for (long step : steps) {
            now += step;
            while (throttle.waitNanos(now) == 0) {
                throttle.take(now);
                taken++;
            }
        }
        assertThat(taken)
                .isLessThanOrEqualTo((int) Math.ceil(now * (double) rate / SECOND + Math.max(1, rate * 0.1)) + 1);
    }
}
