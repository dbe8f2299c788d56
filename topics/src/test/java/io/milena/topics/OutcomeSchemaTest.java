package io.milena.topics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/outcome.schema.json} is a contract with readers whom we do not know: it describes exactly the written
 * JSON.
 */
class OutcomeSchemaTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Outcome FULL = outcome(
            Outcome.Type.DEFERRED,
            Optional.of("450 4.2.0 later"),
            Optional.of("mx.example.net"),
            Optional.of("192.0.2.1"),
            Optional.of("TLSv1.3 TLS_AES_128_GCM_SHA256"),
            Optional.of(Instant.parse("2026-11-24T05:01:00Z")));
    private static final Outcome SMALLEST = outcome(
            Outcome.Type.EXPIRED,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    private final JsonNode schema = schema();

    @Test
    void aFullOutcomeHasEveryFieldOfTheSchemaAndNoOther() {
        assertThat(names(written(FULL))).containsExactlyInAnyOrderElementsOf(names(schema.get("properties")));
    }

    @Test
    void theSmallestOutcomeHasWhatTheSchemaRequires() {
        assertThat(names(written(SMALLEST))).containsExactlyInAnyOrderElementsOf(texts(schema.get("required")));
    }

    @Test
    void eachFieldHasTheTypeAndPatternOfTheSchema() {
        for (var outcome : List.of(FULL, SMALLEST)) {
            written(outcome)
                    .properties()
                    .forEach(field -> assertFits(field, schema.get("properties").get(field.getKey())));
        }
    }

    @Test
    void theSchemaKnowsEveryType() {
        assertThat(texts(schema.get("properties").get("type").get("enum")))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Outcome.Type.values()).map(Enum::name).toList());
    }

    @Test
    void whatIsWrittenCanBeReadWhateverWasAdded() {
        assertThat(Json.read(Json.write(FULL), Outcome.class)).isEqualTo(FULL);
        assertThat(Json.read(Json.write(SMALLEST), Outcome.class)).isEqualTo(SMALLEST);
        var more = new String(Json.write(FULL), StandardCharsets.UTF_8).replaceFirst("\\{", "{\"later\":{},");
        assertThat(Json.read(more.getBytes(StandardCharsets.UTF_8), Outcome.class))
                .isEqualTo(FULL);
    }

    private static void assertFits(Map.Entry<String, JsonNode> field, JsonNode property) {
        var value = field.getValue();
        var type = property.path("type").asText("string");
        assertThat(
                        switch (type) {
                            case "integer" -> value.isIntegralNumber();
                            case "boolean" -> value.isBoolean();
                            default -> value.isTextual();
                        })
                .as(field.getKey())
                .isTrue();
        if (property.has("pattern")) {
            assertThat(value.asText())
                    .as(field.getKey())
                    .matches(property.get("pattern").asText());
        }
        if (property.path("format").asText().equals("date-time")) {
            assertThat(Instant.parse(value.asText())).as(field.getKey()).isNotNull();
        }
    }

    private static Outcome outcome(
            Outcome.Type type,
            Optional<String> reply,
            Optional<String> remoteMta,
            Optional<String> remoteAddress,
            Optional<String> tls,
            Optional<Instant> retryAt) {
        return new Outcome(
                type,
                "1m862dcy8eq10njt",
                "a1",
                "alice@example.com",
                "bob@example.net",
                Instant.parse("2026-11-24T05:00:00Z"),
                1,
                "4.2.0",
                reply,
                new Outcome.Connection(
                        remoteMta,
                        remoteAddress,
                        tls,
                        tls.map(secured -> "opportunistic"),
                        tls.map(secured -> "certificate-expired"),
                        tls.map(secured -> "a1")),
                1200,
                retryAt,
                retryAt.isPresent());
    }

    private static JsonNode written(Outcome outcome) {
        try {
            return MAPPER.readTree(Json.write(outcome));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode schema() {
        try {
            return MAPPER.readTree(Path.of("../docs/outcome.schema.json").toFile());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }
}
