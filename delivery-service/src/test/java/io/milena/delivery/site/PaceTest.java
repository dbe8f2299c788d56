package io.milena.delivery.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The pace of a site, over a simulated clock. */
class PaceTest {
    private static final long SECOND = 1_000_000_000L;

    private final Pace pace = new Pace(Duration.ofSeconds(10), 0);

    @Test
    void aPaceIsKnownAfterASecond() {
        pace.settledOne(SECOND / 2);
        assertThat(pace.perSecond(SECOND / 2)).isNegative();
        pace.settledOne(SECOND);
        assertThat(pace.perSecond(SECOND)).isEqualTo(2);
    }

    @Test
    void aHostThatIsSlowToBeginIsNotTakenForOneThatTakesNothing() {
        assertThat(pace.perSecond(4 * SECOND)).isNegative();
        assertThat(pace.perSecond(5 * SECOND)).isZero();
        pace.settledOne(6 * SECOND);
        assertThat(pace.perSecond(6 * SECOND)).isPositive();
    }

    @Test
    void afterAStallThePaceIsThatOfWhatGoesOn() {
        for (int i = 0; i <= 20; i++) {
            pace.settledOne(30 * SECOND + i * SECOND / 10);
        }
        assertThat(pace.perSecond(32 * SECOND)).isCloseTo(7, within(0.1));
        for (int i = 21; i <= 90; i++) {
            pace.settledOne(30 * SECOND + i * SECOND / 10);
        }
        assertThat(pace.perSecond(39 * SECOND)).isCloseTo(10, within(1.0));
    }

    @Test
    void whatWasLongAgoIsForgotten() {
        for (int i = 0; i < 100; i++) {
            pace.settledOne(i * SECOND / 10);
        }
        assertThat(pace.perSecond(10 * SECOND)).isCloseTo(10, within(0.5));
        assertThat(pace.perSecond(17 * SECOND)).isLessThan(5);
        assertThat(pace.perSecond(30 * SECOND)).isZero();
        pace.restart(40 * SECOND);
        assertThat(pace.perSecond(41 * SECOND)).isNegative();
    }
}
