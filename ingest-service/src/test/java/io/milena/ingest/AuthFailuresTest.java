package io.milena.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AuthFailuresTest {
    private final AtomicLong now = new AtomicLong();
    private final AuthFailures failures = new AuthFailures(Duration.ofMillis(100), now::get);

    @Test
    void theWaitDoublesUpToFiveSeconds() {
        assertThat(failures.next("192.0.2.1")).hasMillis(100);
        assertThat(failures.next("192.0.2.1")).hasMillis(200);
        assertThat(failures.next("192.0.2.1")).hasMillis(400);
        for (int i = 0; i < 100; i++) {
            failures.next("192.0.2.1");
        }
        assertThat(failures.next("192.0.2.1")).hasMillis(5000);
        assertThat(failures.next("192.0.2.2")).hasMillis(100);
    }

    @Test
    void tenQuietMinutesForgiveEverything() {
        failures.next("192.0.2.1");
        failures.next("192.0.2.1");
        now.addAndGet(Duration.ofMinutes(11).toNanos());
        assertThat(failures.next("192.0.2.1")).hasMillis(100);
    }
}
