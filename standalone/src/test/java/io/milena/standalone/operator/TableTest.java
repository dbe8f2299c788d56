package io.milena.standalone.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
    @Test
    void columnsAreAsWideAsTheyNeedToBeAndNumbersStandAtTheRight() {
        var table = new Table("ID", ">SIZE", "REASON").row("0-1", "812", "a").row("0-17", "2.1K", "");

        assertThat(table.toString().lines()).containsExactly("ID    SIZE  REASON", "0-1    812  a", "0-17  2.1K  -");
    }

    @Test
    void aCellDoesNothingToTheTerminal() {
        var table = new Table("REASON").row("\u001b[2J\r\nred\u202e\u009b31m");

        assertThat(table.toString().lines()).containsExactly("REASON", "\uFFFD[2J\uFFFD\uFFFDred\uFFFD\uFFFD31m");
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0s",
        "0, 0s",
        "59, 59s",
        "60, 1m",
        "3599, 59m",
        "3600, 1h",
        "172799, 47h",
        "172800, 2d",
        "8640000, 100d"
    })
    void agesAreShort(long seconds, String text) {
        var now = Instant.parse("2026-11-24T12:00:00Z");

        assertThat(Figures.age(now.minusSeconds(seconds), now)).isEqualTo(text);
        assertThat(Figures.duration(Duration.ofSeconds(seconds))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1023, 1023",
        "1024, 1.0K",
        "2150, 2.1K",
        "10188, 9.9K",
        "10190, 10K",
        "1047552, 1023K",
        "1048064, 1.0M",
        "26214400, 25M",
        "1099511627776, 1.0T"
    })
    void sizesAreShort(long octets, String text) {
        assertThat(Figures.size(octets)).isEqualTo(text);
    }
}
