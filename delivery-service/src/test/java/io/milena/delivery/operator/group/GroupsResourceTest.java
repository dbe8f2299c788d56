package io.milena.delivery.operator.group;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.milena.delivery.operator.Operator;
import io.milena.delivery.operator.OperatorPlatform;
import io.milena.topics.Topics;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The groups over REST, and the adoption of one whose progress is gone. */
@QuarkusTest
@QuarkusTestResource(OperatorPlatform.class)
class GroupsResourceTest {
    /** No bounce-service runs here, so this group has no progress. */
    private static final String GROUP = "milena-bounce";

    private static RequestSpecification asOperator() {
        return given().auth()
                .oauth2(OperatorPlatform.TOKEN)
                .header(Operator.HEADER, "mia")
                .contentType(ContentType.JSON);
    }

    @Test
    void onlyAGroupWhoseProgressIsGoneIsAdopted() throws Exception {
        asOperator()
                .get("/v1/groups")
                .then()
                .statusCode(200)
                .body("groups.group", hasItem("milena-delivery"))
                .body("groups.find { it.group == '" + GROUP + "' }.partitions.state", hasItem("NEW"));
        adopt(GROUP, "end", 409);
        adopt("milena-nobody", "end", 404);

        try (var producer = OperatorPlatform.clients().producer(Map.of())) {
            producer.send(new ProducerRecord<>(
                            Topics.GROUPS,
                            (GROUP + "/" + new TopicPartition(Topics.FAILED, 0)).getBytes(StandardCharsets.UTF_8),
                            "{\"at\":\"2026-11-24T00:00:00Z\"}".getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
        asOperator()
                .get("/v1/groups")
                .then()
                .body("groups.find { it.group == '" + GROUP + "' }.partitions.state", hasItem("GONE"));
        adopt(GROUP, "middle", 400);
        asOperator()
                .body(Map.of("at", "end"))
                .post("/v1/groups/" + GROUP + "/adopt")
                .then()
                .statusCode(202)
                .body("at", equalTo("end"))
                .body("by", equalTo("mia"));
        assertThat(last()).startsWith(GROUP + " {").contains("\"adopt\":\"end\"", "\"by\":\"mia\"");
    }

    /** The last record about groups. */
    private static String last() {
        var partition = new TopicPartition(Topics.GROUPS, 0);
        try (var consumer = OperatorPlatform.clients().reader(Map.of())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            var last = "";
            while (consumer.position(partition) < end) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    last = new String(record.key(), StandardCharsets.UTF_8) + " "
                            + new String(record.value(), StandardCharsets.UTF_8);
                }
            }
            return last;
        }
    }

    private static void adopt(String group, String at, int status) {
        asOperator()
                .body(Map.of("at", at))
                .post("/v1/groups/" + group + "/adopt")
                .then()
                .statusCode(status);
    }
}
