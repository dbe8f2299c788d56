package io.milena.ingest.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AuthFailuresTest {
    private final AtomicLong now = new AtomicLong();
    private final AuthFailures failures = new AuthFailures(Duration.ofMillis(100), now::get);

    @Test
    void theWaitDoublesUpToFiveSeconds() {
        assertThat(failures.next("192.0.2.1", "apikey")).hasMillis(100);
        assertThat(failures.next("192.0.2.1", "apikey")).hasMillis(200);
        assertThat(failures.next("192.0.2.1", "apikey")).hasMillis(400);
        for (int i = 0; i < 100; i++) {
            failures.next("192.0.2.1", "apikey");
        }
        assertThat(failures.next("192.0.2.1", "apikey")).hasMillis(5000);
        assertThat(failures.next("192.0.2.2", "apikey")).hasMillis(100);
    }

    @Test
    void tenQuietMinutesForgiveEverything() {
        failures.next("192.0.2.1", "apikey");
        failures.next("192.0.2.1", "apikey");
        now.addAndGet(Duration.ofMinutes(11).toNanos());
        assertThat(failures.next("192.0.2.1", "apikey")).hasMillis(100);
    }

    @Test
    void aUserNameThatIsAttackedFromEverywhereWaitsToo() {
        for (int i = 0; i < 3; i++) {
            failures.next("192.0.2." + i, "anna");
        }
        assertThat(failures.next("192.0.2.9", "anna")).hasMillis(800);
        assertThat(failures.next("192.0.2.9", "ben")).hasMillis(200);
    }

    @Test
    void aNameThatNoAccountCanHaveIsNotRemembered() {
        failures.next("192.0.2.1", "x".repeat(129));
        assertThat(failures.next("192.0.2.2", "x".repeat(129))).hasMillis(100);
    }

    @Test
    void aUserIsLockedAtTheAddressThatGuessesAndNowhereElse() {
        for (int i = 0; i < 10; i++) {
            assertThat(failures.locked("192.0.2.1", "anna")).isFalse();
            failures.wrong("192.0.2.1", "anna");
        }
        assertThat(failures.locked("192.0.2.1", "anna")).isTrue();
        assertThat(failures.locked("192.0.2.2", "anna")).isFalse();
        assertThat(failures.locked("192.0.2.1", "ben")).isFalse();

        now.addAndGet(Duration.ofSeconds(30).toNanos());
        assertThat(failures.locked("192.0.2.1", "anna")).isFalse();
        failures.wrong("192.0.2.1", "anna");
        assertThat(failures.locked("192.0.2.1", "anna")).isTrue();
        now.addAndGet(Duration.ofMinutes(11).toNanos());
        failures.wrong("192.0.2.1", "anna");
        assertThat(failures.locked("192.0.2.1", "anna")).isFalse();
    }

    @Test
    void apiKeysAreNeverLocked() {
        for (int i = 0; i < 100; i++) {
            failures.wrong("192.0.2.1", "apikey");
        }
        assertThat(failures.locked("192.0.2.1", "apikey")).isFalse();
    }

    @Test
    void moreAddressesThanAreCountedWaitLongestAndOthersAreStillCounted() {
        failures.next("192.0.2.1", "apikey");
        for (int i = 0; i < AuthFailures.MAX_COUNTS; i++) {
            failures.next("address " + i, "apikey");
        }
        assertThat(failures.next("192.0.2.2", "apikey")).hasSeconds(5);
        assertThat(failures.next("192.0.2.1", "apikey")).hasMillis(200);
        now.addAndGet(Duration.ofMinutes(11).toNanos());
        assertThat(failures.next("192.0.2.2", "apikey")).hasMillis(100);
    }
}
