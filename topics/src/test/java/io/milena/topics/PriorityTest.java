package io.milena.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The priority of mail: the class of each level, and the JSON form. */
class PriorityTest {
    private static final String WITHOUT = """
            {"id":"1","account":"a","reversePath":"a@example.com","recipients":[{"forwardPath":"b@example.org"}],
            "acceptedAt":"2026-11-24T10:00:00Z","expiresAt":"2026-11-27T10:00:00Z","attempt":0,"smtpUtf8":false,
            "eightBit":false,"headerLength":2,"size":2}
            """;

    @ParameterizedTest
    @CsvSource({
        "-9, BULK",
        "-5, BULK",
        "-4, BULK",
        "-3, NORMAL",
        "-1, NORMAL",
        "0, NORMAL",
        "1, TRANSACTIONAL",
        "4, TRANSACTIONAL",
        "9, TRANSACTIONAL",
    })
    void aLevelBetweenTwoClassesCountsAsTheHigher(int level, Priority expected) {
        assertThat(Priority.of(level)).isEqualTo(expected);
        assertThat(read(level).priorityClass()).isEqualTo(expected);
    }

    @Test
    void aClassIsCalledByItsName() {
        assertThat(Priority.named("Bulk")).contains(Priority.BULK);
        assertThat(Priority.named("urgent")).isEmpty();
        assertThat(Priority.named("")).isEmpty();
        assertThat(Priority.TRANSACTIONAL).hasToString("transactional");
    }

    @Test
    void whatAReplicaOfTheVersionBeforeWroteHasTheUsualPriorityWhichIsNotWrittenDown() {
        var envelope = Json.read(WITHOUT.getBytes(StandardCharsets.UTF_8), Envelope.class);

        assertThat(envelope.wishes().priority()).isZero();
        assertThat(json(envelope)).doesNotContain("priority");
    }

    @Test
    void itStaysOnTheWay() {
        var written = json(read(-7).withDelayReported().deferredUntil(read(0).expiresAt(), read(0).expiresAt(), true));

        assertThat(written).contains("\"priority\":-7").doesNotContain("priorityClass");
        assertThat(Json.read(written.getBytes(StandardCharsets.UTF_8), Envelope.class)
                        .wishes()
                        .priority())
                .isEqualTo(-7);
    }

    @ParameterizedTest
    @ValueSource(ints = {-10, 10})
    void aLevelThatThereIsNotIsNoEnvelope(int level) {
        assertThatThrownBy(() -> read(level))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("-9 to 9");
    }

    @Test
    void anAccountWithoutOneIsRead() {
        var account = Json.read(
                "{\"id\":\"a\",\"name\":\"A\",\"status\":\"active\"}".getBytes(StandardCharsets.UTF_8),
                Directory.Account.class);

        assertThat(account.priority()).isEmpty();
    }

    private static Envelope read(int level) {
        var json = WITHOUT.replace("\"attempt\":0", "\"attempt\":0,\"priority\":" + level);
        return Json.read(json.getBytes(StandardCharsets.UTF_8), Envelope.class);
    }

    private static String json(Envelope envelope) {
        return new String(Json.write(envelope), StandardCharsets.UTF_8);
    }
}
