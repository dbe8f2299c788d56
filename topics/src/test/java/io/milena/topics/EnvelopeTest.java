package io.milena.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When an envelope allows its mail to be tried. */
class EnvelopeTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final String PLAIN = """
            {"id":"1m862bw14q0ptpbs","account":"a1","reversePath":"a@example.com","recipients":[{"forwardPath":"b@example.org"}],
            "acceptedAt":"2026-11-24T10:00:00Z","expiresAt":"2026-11-27T10:00:00Z","attempt":1,"headerLength":2,"size":2}""";

    @Test
    void oneOfAVersionBeforeIsTriedWhenItComes() {
        var envelope = read(PLAIN);

        assertThat(envelope.retrying().retryAt()).isEmpty();
        assertThat(envelope.triedFrom()).isEmpty();
        assertThat(new String(Json.write(envelope), StandardCharsets.UTF_8)).doesNotContain("retryAt");
    }

    @Test
    void itsTagGoesWithIt() {
        var tagged = read(PLAIN).withWishes(Wishes.NONE.withTag(Optional.of("news")));
        var json = new String(Json.write(tagged), StandardCharsets.UTF_8);

        assertThat(read(PLAIN).wishes().tag()).isEmpty();
        assertThat(json).contains("\"tag\":\"news\"");
        assertThat(read(json)
                        .withRetrying(Retrying.NONE)
                        .wishes()
                        .withPriority(1)
                        .tag())
                .contains("news");
    }

    @Test
    void onItsWayToARetryItIsTriedThen() {
        var onItsWay = read(PLAIN).deferredUntil(NOON, NOON.plusSeconds(60), true);
        assertThat(onItsWay.retrying().attempts()).isEqualTo(2);
        assertThat(onItsWay.retrying().dueAt()).contains(NOON);
        assertThat(onItsWay.triedFrom()).contains(NOON.plusSeconds(60));
        assertThat(read(new String(Json.write(onItsWay), StandardCharsets.UTF_8)))
                .isEqualTo(onItsWay);
        assertThat(onItsWay.withDelayReported().triedFrom()).isEqualTo(onItsWay.triedFrom());

        assertThat(onItsWay.withoutRetryAt().triedFrom()).isEmpty();
        assertThat(onItsWay.deferredUntil(NOON, NOON, false).triedFrom()).isEmpty();
    }

    @Test
    void neitherItsReleaseNorItsRetryIsToCome() {
        var scheduled = read(PLAIN.replace("\"attempt\"", "\"releaseAt\":\"2026-11-24T12:00:00Z\",\"attempt\""));
        assertThat(scheduled.triedFrom()).contains(NOON);
        assertThat(scheduled
                        .deferredUntil(NOON.plusSeconds(1), NOON.plusSeconds(2), true)
                        .triedFrom())
                .contains(NOON.plusSeconds(2));
    }

    private static Envelope read(String json) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), Envelope.class);
    }
}
