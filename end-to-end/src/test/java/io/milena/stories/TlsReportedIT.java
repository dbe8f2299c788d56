package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.milena.stories.harness.Content;
import io.milena.stories.harness.Story;
import io.milena.topics.Json;
import io.milena.topics.Outcome;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Connections to a domain that asks for TLS reports (RFC 8460) are recorded for the daily report; those to other
 * domains are not.
 */
@Told
class TlsReportedIT {

    @Test
    void connectionsAreWrittenDownForTheReport(Story story) throws IOException {
        story.stage().exchangerFor("unasked.test");
        story.stage().exchangerFor("secured.test");
        story.stage().exchangerFor("reported.test").withoutStartTls();
        story.stage().dns().txt("_smtp._tls.secured.test", "v=TLSRPTv1; rua=https://secured.test/reports");
        story.stage().dns().txt("_smtp._tls.reported.test", "v=TLSRPTv1; rua=mailto:tls@reported.test");

        for (var recipient : List.of("reader@unasked.test", "reader@secured.test", "reader@reported.test")) {
            var id = story.platform()
                    .submit(
                            "app@sender.test",
                            List.of(recipient),
                            Content.of("app@sender.test", recipient, "Reported", "Text.\n"));
            story.outcomes().await(id, recipient, Outcome.Type.DELIVERED);
        }

        var sessions = Awaitility.await("the sessions of two domains")
                .until(() -> sessions(story.platform().kafka()), some -> some.size() >= 2);
        assertThat(sessions)
                .extracting(TlsReportedIT::told)
                .containsExactlyInAnyOrder(
                        "secured.test NO_POLICY_FOUND https://secured.test/reports ",
                        "reported.test NO_POLICY_FOUND mailto:tls@reported.test STARTTLS_NOT_SUPPORTED");
    }

    private static String told(JsonNode session) {
        return session.get("domain").asText() + " "
                + session.get("policy").get("type").asText() + " "
                + session.get("rua").get(0).asText() + " "
                + session.path("failure").path("type").asText();
    }

    private static List<JsonNode> sessions(String bootstrapServers) {
        var sessions = new ArrayList<JsonNode>();
        try (var consumer = KafkaClients.of(bootstrapServers, Map.of()).reader(Map.of())) {
            var partitions = consumer.partitionsFor(Topics.TLS_SESSIONS).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            var ends = consumer.endOffsets(partitions);
            consumer.seekToBeginning(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    sessions.add(Json.read(record.value(), JsonNode.class));
                }
            }
        }
        return sessions;
    }
}
