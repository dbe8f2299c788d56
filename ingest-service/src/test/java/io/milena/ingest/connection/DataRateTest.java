package io.milena.ingest.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DataRateTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final DataRate rate = new DataRate(100);

    @Test
    void countsOnAverageAfterItsGrace() {
        rate.begin(0);
        assertThat(rate.tooSlow(seconds(60), MINUTE)).isFalse();
        assertThat(rate.tooSlow(seconds(61), MINUTE)).isTrue();
        rate.came(6_200);
        assertThat(rate.tooSlow(seconds(61), MINUTE)).isFalse();
        assertThat(rate.tooSlow(seconds(63), MINUTE)).isTrue();
    }

    @Test
    void leavesOutTheTimeInWhichTheServerDidNotRead() {
        rate.begin(0);
        rate.waited(seconds(30));
        assertThat(rate.tooSlow(seconds(90), MINUTE)).isFalse();
        assertThat(rate.tooSlow(seconds(91), MINUTE)).isTrue();
    }

    private static long seconds(long count) {
        return Duration.ofSeconds(count).toNanos();
    }
}
