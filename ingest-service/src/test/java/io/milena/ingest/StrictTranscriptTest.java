package io.milena.ingest;

import io.milena.topics.kafka.KafkaSettings;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions with the settings turned the other way. */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
@TestProfile(StrictTranscriptTest.OtherSettings.class)
class StrictTranscriptTest {
    public static final class OtherSettings implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "milena.ingest.bare-newline", "reject",
                    "milena.ingest.inline-limit", "4K",
                    "milena.smtp.auth-requires-tls", "false",
                    "milena.smtp.max-message-size", "100K",
                    "milena.smtp.max-recipients", "100",
                    "milena.smtp.command-timeout", "3s");
        }
    }

    @Inject
    IngestSettings settings;

    @Inject
    KafkaSettings kafka;

    static List<Path> transcripts() throws IOException {
        return TranscriptTest.in(Path.of("src/test/resources/transcripts/strict"));
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void aSessionGoesAsWritten(Path file) throws IOException {
        TranscriptTest.play(file, settings, kafka, false);
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void aSessionGoesAsWrittenWhenEachOctetComesAlone(Path file) throws IOException {
        TranscriptTest.play(file, settings, kafka, true);
    }
}
