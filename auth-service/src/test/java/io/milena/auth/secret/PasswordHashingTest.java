package io.milena.auth.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class PasswordHashingTest {
    @Test
    void aFloodOfGuessesDoesNotRefuseClientsThatLoggedInBefore() throws InterruptedException {
        var hashing = new PasswordHashing(2);
        var stored = Optional.of(hashing.hash("right"));
        var over = new AtomicBoolean();
        var refused = new AtomicInteger();
        var flood = new ArrayList<Thread>();
        for (int i = 0; i < 100; i++) {
            flood.add(Thread.ofVirtual().start(() -> guess(hashing, stored, refused, over)));
        }
        while (refused.get() == 0) {
            Thread.onSpinWait();
        }

        for (int i = 0; i < 3; i++) {
            assertThat(hashing.verify("right", stored, true)).isTrue();
        }

        over.set(true);
        for (var guesser : flood) {
            guesser.join();
        }
        hashing.close();
    }

    private static void guess(
            PasswordHashing hashing, Optional<String> stored, AtomicInteger refused, AtomicBoolean over) {
        while (!over.get()) {
            try {
                assertThat(hashing.verify("wrong", stored, false)).isFalse();
            } catch (PasswordHashing.BusyException e) {
                refused.incrementAndGet();
                LockSupport.parkNanos(1_000_000);
            }
        }
    }
}
