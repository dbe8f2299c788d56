package io.milena.delivery.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.remote.Cause;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How messages wait while a site rests. */
class RestTest {
    private static final Cause DOWN = new Cause.NotTried("down");
    private static final Duration LIFETIME = Duration.ofHours(72);
    private static final long FIRST = Duration.ofSeconds(30).toNanos();

    private final Rest rest = new Rest(Duration.ofSeconds(30), Duration.ofMinutes(30));
    private long now = 1;

    @BeforeEach
    void begin() {
        rest.begin(DOWN, now);
    }

    @Test
    void inTheFirstRestEverybodyWaitsForItsEnd() {
        assertThat(IntStream.range(0, 50).mapToObj(i -> stay("a", "m" + i))).containsOnly(Stay.SHORT);
        assertThat(rest.hasHeld(OptionalLong.empty())).isFalse();
    }

    @Test
    void tenOfEachAccountAndDomainAreScouts() {
        beginSecond();
        for (var account : new String[] {"a", "b"}) {
            assertThat(IntStream.range(0, 30).mapToObj(i -> stay(account, account + i)))
                    .startsWith(Stay.SCOUT)
                    .endsWith(Stay.HOLD)
                    .filteredOn(stay -> stay == Stay.SCOUT)
                    .hasSize(10);
        }
        assertThat(rest.stay("a", "other.example", "x", LIFETIME, now)).isEqualTo(Stay.SCOUT);
    }

    @Test
    void aScoutStaysOneAndIsReplacedIfItDoesNotComeBack() {
        beginSecond();
        for (int i = 0; i < 10; i++) {
            stay("a", "m" + i);
        }
        assertThat(stay("a", "m0")).isEqualTo(Stay.SCOUT);
        assertThat(stay("a", "new")).isEqualTo(Stay.HOLD);
        now += Duration.ofMinutes(40).toNanos();
        assertThat(stay("a", "new")).isEqualTo(Stay.SCOUT);
    }

    @Test
    void scoutsThatEndBeforeTheHoldOfOthersAreReplaced() {
        beginSecond();
        for (int i = 0; i < 10; i++) {
            stay("a", "old" + i, Duration.ofHours(20));
        }
        // It ends with them.
        assertThat(stay("a", "short", Duration.ofHours(20))).isEqualTo(Stay.HOLD);
        assertThat(IntStream.range(0, 10).mapToObj(i -> stay("a", "new" + i, Duration.ofHours(60))))
                .containsOnly(Stay.SCOUT);
        assertThat(stay("a", "last", Duration.ofHours(72))).isEqualTo(Stay.HOLD);
    }

    @Test
    void whatWasPutOnHoldIsForgottenOnceMailIsLetIn() {
        beginSecond();
        for (int i = 0; i < 11; i++) {
            stay("a", "m" + i);
        }
        assertThat(rest.hasHeld(OptionalLong.empty())).isTrue();
        assertThat(rest.hasHeld(OptionalLong.of(now - 1))).isTrue();
        assertThat(rest.hasHeld(OptionalLong.of(now))).isFalse();
        rest.over();
        assertThat(rest.hasHeld(OptionalLong.empty())).isFalse();
        rest.begin(DOWN, now);
        beginSecond();
        assertThat(stay("a", "m10")).isEqualTo(Stay.SCOUT);
    }

    private void beginSecond() {
        now += FIRST + 1;
        rest.begin(DOWN, now);
    }

    private Stay stay(String account, String id) {
        return stay(account, id, LIFETIME);
    }

    private Stay stay(String account, String id, Duration left) {
        return rest.stay(account, "down.example", id, left, now);
    }
}
