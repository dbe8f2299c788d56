package io.milena.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.milena.ingest.transcript.Transcript;
import io.milena.ingest.transcript.TranscriptPlayer;
import io.milena.topics.QueueId;
import io.milena.topics.ReturnAddress;
import io.milena.topics.kafka.KafkaSettings;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plays every transcript against the real listeners, whole and one octet for each segment, and compares what is on the
 * topics.
 */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class TranscriptTest {
    private static final Path FOLDER = Path.of("src/test/resources/transcripts");

    private static final String RETURN_ADDRESS = returnAddress();
    private static final String ANOTHER_RETURN_ADDRESS = returnAddress();

    @Inject
    IngestSettings settings;

    @Inject
    KafkaSettings kafka;

    static List<Path> transcripts() throws IOException {
        return in(FOLDER);
    }

    static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".smtp"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void aSessionGoesAsWritten(Path file) throws IOException {
        play(file, settings, kafka, false);
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void aSessionGoesAsWrittenWhenEachOctetComesAlone(Path file) throws IOException {
        play(file, settings, kafka, true);
    }

    static void play(Path file, IngestSettings settings, KafkaSettings kafka, boolean bytewise) throws IOException {
        var smtp = settings.smtp();
        try (var player = new TranscriptPlayer(
                smtp.host(),
                smtp.ports().getFirst(),
                smtp.tlsPorts().orElseThrow().getFirst(),
                bytewise)) {
            var stored = StoredMail.at(kafka.bootstrapServers());
            int before = stored.count();
            var ids = player.play(Transcript.parse(file.getFileName().toString(), text(file)));
            assertThat(stored.count() - before).as("messages stored").isEqualTo(ids.size());
            var expectedFile = Path.of(file.toString().replace(".smtp", ".accepted.json"));
            if (Files.exists(expectedFile)) {
                var expected = new ObjectMapper().readTree(text(expectedFile));
                assertThat(ids).isNotEmpty();
                compare(
                        expectedFile.getFileName().toString(),
                        expected,
                        stored.get(ids.getFirst()).json());
            }
        }
    }

    private static String returnAddress() {
        return new ReturnAddress("return.milena.test", Surroundings.RETURN_SECRET, Duration.ofHours(72))
                .issue(QueueId.next(System.currentTimeMillis()), "a1");
    }

    /** A file of the folder, with return addresses that count where it says {@code @RETURN@} and {@code @RETURN2@}. */
    private static String text(Path file) throws IOException {
        return Files.readString(file).replace("@RETURN@", RETURN_ADDRESS).replace("@RETURN2@", ANOTHER_RETURN_ADDRESS);
    }

    /**
     * Everything has to be as expected, nothing more and nothing less; {@code *} in a string stands for what varies.
     */
    private static void compare(String where, JsonNode expected, JsonNode actual) {
        if (expected.isObject() && actual.isObject()) {
            assertThat(actual.properties().stream().map(entry -> entry.getKey()).toList())
                    .as(where)
                    .containsExactlyInAnyOrderElementsOf(expected.properties().stream()
                            .map(entry -> entry.getKey())
                            .toList());
            expected.properties()
                    .forEach(entry ->
                            compare(where + "/" + entry.getKey(), entry.getValue(), actual.get(entry.getKey())));
        } else if (expected.isArray() && actual.isArray() && actual.size() == expected.size()) {
            for (int i = 0; i < expected.size(); i++) {
                compare(where + "/" + i, expected.get(i), actual.get(i));
            }
        } else if (expected.isTextual()) {
            var pattern = Pattern.compile(Pattern.quote(expected.asText()).replace("*", "\\E.*\\Q"), Pattern.DOTALL);
            assertThat(actual.asText()).as(where).matches(pattern);
        } else {
            assertThat(actual).as(where).isEqualTo(expected);
        }
    }
}
