package io.milena.delivery.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Counts of messages that are away, over a simulated clock. */
class SetAsideTest {
    private static final long SECOND = 1_000_000_000L;

    private final SetAside<String> setAside = new SetAside<>(Duration.ofHours(1));

    @Test
    void thoseAreAwayThatAreNotBack() {
        assertThat(setAside.away("a", 0)).isZero();
        setAside.add("a", 0);
        setAside.add("a", 0);
        setAside.add("b", 0);
        assertThat(setAside.away("a", 0)).isEqualTo(2);
        setAside.back("a", SECOND);
        assertThat(setAside.away("a", SECOND)).isEqualTo(1);
    }

    @Test
    void whoIsBackAndWasNotSeenToLeaveIsNotCounted() {
        setAside.back("a", 0);
        setAside.add("a", 0);
        assertThat(setAside.away("a", 0)).isEqualTo(1);
        setAside.back("a", 0);
        setAside.back("a", 0);
        assertThat(setAside.away("a", 0)).isZero();
    }

    @Test
    void whatDoesNotComeBackIsForgotten() {
        setAside.add("a", 0);
        setAside.add("a", 0);
        assertThat(setAside.away("a", 3_600 * SECOND)).isEqualTo(2);
        assertThat(setAside.away("a", 3_601 * SECOND)).isZero();
        setAside.add("a", 3_601 * SECOND);
        assertThat(setAside.away("a", 3_601 * SECOND)).isEqualTo(1);
    }

    @Test
    void manyKindsOfWhichNothingWasHeardAreForgotten() {
        for (int i = 0; i < 10_000; i++) {
            setAside.add("kind" + i, i * 10 * SECOND);
        }
        assertThat(setAside.kinds()).isLessThan(1_100);
    }
}
