package io.milena.delivery.site;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The number of connections to a site over successes and failures. */
class ConnectionLevelTest {
    private final ConnectionLevel level = new ConnectionLevel();

    @Test
    void itGrowsToTheLimitWhileAllIsWell() {
        for (int i = 0; i < 100; i++) {
            level.succeeded(level.within(50), 50);
        }
        assertThat(level.within(50)).isEqualTo(50);
    }

    @Test
    void whatIsNotUsedTeachesNothing() {
        for (int i = 0; i < 100; i++) {
            level.succeeded(2, 50);
        }
        assertThat(level.within(50)).isEqualTo(4);
    }

    @Test
    void itFindsWhatAHostBearsAndStaysNear() {
        int bears = 13;
        long now = 0;
        int most = 0;
        int least = 100;
        for (int round = 0; round < 5_000; round++) {
            now += 50_000_000;
            int open = Math.min(level.within(50), bears);
            if (level.within(50) > bears) {
                level.failed(open, now);
            }
            level.succeeded(open, 50);
            if (round > 500) {
                most = Math.max(most, level.within(50));
                least = Math.min(least, level.within(50));
            }
        }
        assertThat(most).isLessThanOrEqualTo(bears + 1);
        assertThat(least).isGreaterThanOrEqualTo(bears / 2);
    }

    @Test
    void connectionsThatFailTogetherAreOneTrouble() {
        for (int i = 0; i < 100; i++) {
            level.succeeded(level.within(20), 20);
        }
        for (int i = 0; i < 10; i++) {
            level.failed(20, 5_000_000_000L + i);
        }
        assertThat(level.within(20)).isEqualTo(12);
    }

    @Test
    void oneIsAlwaysTried() {
        level.failed(0, 0);
        assertThat(level.within(20)).isEqualTo(1);
        assertThat(level.within(0)).isZero();
    }
}
