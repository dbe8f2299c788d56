package io.milena.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.ingest.transcript.Transcript;
import io.milena.ingest.transcript.TranscriptPlayer;
import io.milena.topics.kafka.KafkaSettings;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The public end-of-data sequences of SMTP smuggling (CVE-2023-51764 to -51766): whatever one of them stands between,
 * the server sees one message or none, and the commands behind it stay text.
 */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class SmugglingTest {
    /** The way to a transaction on the ports in clear. */
    private static final String STARTTLS =
            "S: 220 *\nC: EHLO c\nS... 250 *\nC: STARTTLS\nS: 220 *\n@tls\nC: EHLO c\nS... 250 *\n"
                    + "C: AUTH PLAIN AGFwaWtleQBzZWNyZXQ=\nS: 235 *";

    @Inject
    IngestSettings settings;

    @Inject
    KafkaSettings kafka;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\n.\\n",
                "\\n.\\r",
                "\\n.\\r\\n",
                "\\r.\\n",
                "\\r.\\r",
                "\\r.\\r\\n",
                "\\r\\n.\\n",
                "\\r\\n.\\r",
                "\\n\\n.\\r\\n",
                "\\r\\r.\\r\\n",
                "\\r\\n\\0.\\r\\n",
                "\\r\\n.\\0\\r\\n",
                "\\r\\n.\\r\\r\\n",
                "\\0\\n.\\r\\n",
                "\\r\\n.\\n\\r",
                "\\n.\\r\\r\\n",
                "\\r\\n .\\r\\n",
                "\\r\\n. \\r\\n",
                "\\x85.\\x85",
                "\\r\\0\\n.\\r\\n"
            })
    void whatIsNotTheEndIsNotTheEnd(String sequence) throws IOException {
        for (var login : new String[] {"@login", STARTTLS}) {
            smuggle(login, sequence, false);
            smuggle(login, sequence, true);
        }
    }

    private void smuggle(String login, String sequence, boolean bytewise) throws IOException {
        var script = """
                %s
                C: MAIL FROM:<a@example.com>
                S: 250 *
                C: RCPT TO:<b@example.org>
                S: 250 *
                C: DATA
                S: 354 *
                C! From: a@bc\\r\\nSubject: outer\\r\\n\\r\\nouter%sMAIL FROM:<admin@example.com>\\r\\nRCPT TO:<victim@example.org>\\r\\nDATA\\r\\nSubject: inner\\r\\n\\r\\ninner\\r\\n.\\r\\nVRFY end\\r\\n
                """.formatted(login, sequence);
        var smtp = settings.smtp();
        try (var player = new TranscriptPlayer(
                smtp.host(),
                smtp.ports().getFirst(),
                smtp.tlsPorts().orElseThrow().getFirst(),
                bytewise)) {
            var stored = StoredMail.at(kafka.bootstrapServers());
            int before = stored.count();
            player.play(Transcript.parse("smuggling", script));
            var reply = player.line();
            assertThat(reply).matches("250 2\\.0\\.0 Ok: queued as .*|5\\d\\d .*");
            assertThat(player.line()).startsWith("252 ");
            assertThat(stored.count() - before).isEqualTo(reply.startsWith("250") ? 1 : 0);
        }
    }
}
