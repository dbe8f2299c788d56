package io.milena.ingest.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReturnRatesTest {
    private final AtomicLong now = new AtomicLong();
    private final ReturnRates rates = new ReturnRates(2, 3, now::get);

    @Test
    void anAddressAndAClientHaveSoManyMessagesAnHour() {
        assertThat(rates.admits("a", "192.0.2.1")).isTrue();
        assertThat(rates.admits("a", "192.0.2.2")).isTrue();
        assertThat(rates.admits("a", "192.0.2.3")).isFalse();
        assertThat(rates.admits("b", "192.0.2.1")).isTrue();
        assertThat(rates.admits("c", "192.0.2.1")).isTrue();
        assertThat(rates.admits("d", "192.0.2.1")).isFalse();
        assertThat(rates.admits("d", "192.0.2.3"))
                .as("what was refused did not count")
                .isTrue();
    }

    @Test
    void anHourLaterTheyHaveThemAgain() {
        rates.admits("a", "192.0.2.1");
        rates.admits("a", "192.0.2.1");
        now.set(Duration.ofHours(1).toNanos() - 1);
        assertThat(rates.admits("a", "192.0.2.1")).isFalse();
        now.set(Duration.ofHours(1).toNanos());
        assertThat(rates.admits("a", "192.0.2.1")).isTrue();
    }
}
