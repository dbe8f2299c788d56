package io.milena.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BadInputTest {
    @Test
    void aSessionIsThatOfItsSeedAndNoTwoAreAlike() {
        assertThat(BadInput.session(new Random(7), "login")).isEqualTo(BadInput.session(new Random(7), "login"));
        assertThat(IntStream.range(0, 100)
                        .mapToObj(seed -> BadInput.session(new Random(seed), "login"))
                        .distinct())
                .hasSizeGreaterThan(95);
    }

    @Test
    void sessionsHaveControlCharactersBareEndsAndLinesWithoutAnEnd() {
        var all = IntStream.range(0, 300)
                .mapToObj(seed -> BadInput.session(new Random(seed), "login"))
                .toList();

        assertThat(all).anyMatch(session -> session.contains("\0"));
        assertThat(all).anyMatch(session -> session.contains("\u001b["));
        assertThat(all).anyMatch(session -> session.contains("\n.\n"));
        assertThat(all).anyMatch(session -> session.length() > 70_000);
        assertThat(all).anyMatch(session -> !session.contains("QUIT\r\n"));
        assertThat(all).noneMatch(session -> session.contains("@d1.faults.test"));
    }
}
