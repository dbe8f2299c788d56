package io.milena.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.ingest.transcript.Transcript;
import io.milena.ingest.transcript.TranscriptPlayer;
import io.milena.topics.Directory;
import io.milena.topics.Json;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaSettings;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Changes that auth-service publishes count in open sessions. */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class SuspensionTest {
    @Inject
    IngestSettings settings;

    @Inject
    KafkaSettings kafka;

    @Test
    void aSuspendedAccountIsRefusedInItsOpenSessionAndWelcomeAgainLater() throws Exception {
        try (var client = login("awake")) {
            tell(Topics.ACCOUNTS, "awake", Json.write(new Directory.Account("awake", "Awake Ltd", "suspended")));
            untilMailIs(client, "550 5.7.1 The account is suspended [account-suspended]");
            tell(Topics.ACCOUNTS, "awake", Json.write(new Directory.Account("awake", "Awake Ltd", "active")));
            untilMailIs(client, "250 2.1.0 Ok");
        }
    }

    @Test
    void aRevokedCredentialIsRefusedInItsOpenSession() throws Exception {
        try (var client = login("revoked")) {
            tell(Topics.CREDENTIALS, "c-revoked", null);
            untilMailIs(client, "550 5.7.1 The credential of this session was revoked [credential-revoked]");
        }
    }

    @Test
    void aCredentialThatIsNoLongerGoodFromHereIsRefusedInItsOpenSession() throws Exception {
        try (var client = login("moved")) {
            var elsewhere = new Directory.Credential("c-moved", "moved", "moved", List.of("192.0.2.0/24"));
            tell(Topics.CREDENTIALS, "c-moved", Json.write(elsewhere));
            untilMailIs(client, "550 5.7.1 The credential is not good from your address [credential-network]");
        }
    }

    private TranscriptPlayer login(String username) throws IOException {
        var smtp = settings.smtp();
        var client = new TranscriptPlayer(
                smtp.host(),
                smtp.ports().getFirst(),
                smtp.tlsPorts().orElseThrow().getFirst(),
                false);
        var response =
                Base64.getEncoder().encodeToString(("\0" + username + "\0secret").getBytes(StandardCharsets.UTF_8));
        client.play(Transcript.parse(
                "login", "@port tls\nS: 220 *\nC: EHLO c\nS... 250 *\nC: AUTH PLAIN " + response + "\nS: 235 *"));
        return client;
    }

    private void tell(String topic, String key, byte[] value) throws Exception {
        try (var producer = kafka.clients().producer(Map.of())) {
            producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value))
                    .get();
        }
    }

    private static void untilMailIs(TranscriptPlayer client, String expected) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        String reply;
        do {
            client.send("RSET\r\nMAIL FROM:<a@example.com>\r\n".getBytes(StandardCharsets.US_ASCII));
            client.line();
            reply = client.line();
        } while (!reply.equals(expected) && System.nanoTime() < end);
        assertThat(reply).isEqualTo(expected);
    }
}
