package io.milena.ingest.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventLogTest {
    @ParameterizedTest
    @CsvSource({
        "a@example.com, a@example.com",
        "jürgen@x, jürgen@x",
        "'a b', a_b",
        "'a\nfake', a_fake",
        "'a\u001b[2J', a_[2J",
        "'a\u202eb', a_b"
    })
    void whatAClientChoseIsOneWordOfALine(String written, String logged) {
        assertThat(EventLog.safe(written)).isEqualTo(logged);
    }
}
