package io.milena.ingest.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.ingest.IngestSettings;
import io.milena.ingest.StoredMail;
import io.milena.ingest.Surroundings;
import io.milena.ingest.transcript.Transcript;
import io.milena.ingest.transcript.TranscriptPlayer;
import io.milena.topics.kafka.KafkaSettings;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** How long the platform promises to try a message, by who submits it. */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class QueueLifetimeTest {
    private static final Duration PLATFORM = Duration.ofHours(72);

    @Inject
    IngestSettings settings;

    @Inject
    KafkaSettings kafka;

    @Test
    void theShorterOfTheAccountsAndThePlatformsCounts() throws Exception {
        assertThat(lifetime("hasty", "")).isEqualTo(Duration.ofMinutes(10));
        assertThat(lifetime("patient", "")).isEqualTo(PLATFORM);
        assertThat(lifetime("many", "")).isEqualTo(PLATFORM);
    }

    /** RFC 4865: what is held may be held for longer than it is then tried. */
    @Test
    void ofScheduledMailItBeginsWithTheRelease() throws Exception {
        assertThat(lifetime("hasty", " HOLDFOR=3600")).isEqualTo(Duration.ofMinutes(70));
    }

    private Duration lifetime(String account, String parameters) throws IOException {
        var smtp = settings.smtp();
        var response =
                Base64.getEncoder().encodeToString(("\0" + account + "\0secret").getBytes(StandardCharsets.UTF_8));
        try (var client = new TranscriptPlayer(
                smtp.host(),
                smtp.ports().getFirst(),
                smtp.tlsPorts().orElseThrow().getFirst(),
                false)) {
            var ids = client.play(Transcript.parse(account, """
                    @port tls
                    S: 220 *
                    C: EHLO client.example
                    S... 250 *
                    C: AUTH PLAIN %s
                    S: 235 *
                    C: MAIL FROM:<a@example.com>%s
                    S: 250 *
                    C: RCPT TO:<b@example.org>
                    S: 250 *
                    C: DATA
                    S: 354 *
                    C: From: a@example.com
                    C: Subject: x
                    C:\s
                    C: .
                    S: 250 *queued as *
                    """.formatted(response, parameters)));
            var envelope = StoredMail.at(kafka.bootstrapServers())
                    .get(ids.getFirst())
                    .mail()
                    .envelope();
            return Duration.between(envelope.acceptedAt(), envelope.expiresAt());
        }
    }
}
