package io.milena.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DataRateTest {
    private final DataRate rate = new DataRate(100, Duration.ofMinutes(1));

    @Test
    void countsOnAverageAfterItsGrace() {
        rate.begin(0);
        assertThat(rate.tooSlow(seconds(60))).isFalse();
        assertThat(rate.tooSlow(seconds(61))).isTrue();
        rate.came(6_200);
        assertThat(rate.tooSlow(seconds(61))).isFalse();
        assertThat(rate.tooSlow(seconds(63))).isTrue();
    }

    @Test
    void leavesOutTheTimeInWhichTheServerDidNotRead() {
        rate.begin(0);
        rate.waited(seconds(30));
        assertThat(rate.tooSlow(seconds(90))).isFalse();
        assertThat(rate.tooSlow(seconds(91))).isTrue();
    }

    private static long seconds(long count) {
        return Duration.ofSeconds(count).toNanos();
    }
}
