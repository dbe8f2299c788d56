package io.milena.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
    @ParameterizedTest
    @CsvSource({"30s, 30s", "5m, 5m", "90m, 1h30m", "1h30m, 1h30m", "1d, 24h", "PT72H, 72h", "45, 45s", "3661s, 1h1m1s"
    })
    void whatIsWrittenIsReadAgain(String given, String text) {
        var time = Times.parse(given).orElseThrow();

        assertThat(Times.text(time)).isEqualTo(text);
        assertThat(Times.parse(text)).contains(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "soon", "5 m", "m5", "-", "99999999999999999999h", "99999999999999999999"})
    void whatIsNoTimeIsNone(String text) {
        assertThat(Times.parse(text)).isEmpty();
    }

    @Test
    void partsOfASecondAreKept() {
        assertThat(Times.parse("500ms")).contains(Duration.ofMillis(500));
    }
}
