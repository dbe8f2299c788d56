package io.milena.delivery.operator.order;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import io.milena.delivery.Envelopes;
import io.milena.delivery.operator.Letters;
import io.milena.delivery.operator.Operator;
import io.milena.delivery.operator.OperatorPlatform;
import io.milena.topics.Json;
import io.milena.topics.MailRecord;
import io.milena.topics.Outcome;
import io.milena.topics.Topics;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Orders over REST, and their effect on mail. */
@QuarkusTest
@QuarkusTestResource(OperatorPlatform.class)
class OrdersResourceTest {
    private static RequestSpecification asOperator() {
        return given().auth()
                .oauth2(OperatorPlatform.TOKEN)
                .header(Operator.HEADER, "mia")
                .contentType(ContentType.JSON);
    }

    private static String give(Map<String, Object> order) {
        return asOperator()
                .body(order)
                .post("/v1/orders")
                .then()
                .statusCode(201)
                .body("by", equalTo("mia"))
                .extract()
                .path("id");
    }

    private static Outcome outcome(String id) {
        await().atMost(Duration.ofSeconds(30)).until(() -> !outcomes(id).isEmpty());
        return outcomes(id).getLast();
    }

    private static List<Outcome> outcomes(String id) {
        try (var consumer = OperatorPlatform.clients().reader(Map.of())) {
            var partition = new TopicPartition(Topics.OUTCOMES, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            var found = new ArrayList<Outcome>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    var outcome = Json.read(record.value(), Outcome.class);
                    if (outcome.id().equals(id)) {
                        found.add(outcome);
                    }
                });
            }
            return found;
        }
    }

    private static Outcome sent(String id, String domain) {
        try (var producer = OperatorPlatform.clients().producer(Map.of())) {
            producer.send(Letters.mail(id, "user@" + domain));
        }
        return outcome(id);
    }

    @Test
    void whatIsSuspendedWaitsUntilTheOrderIsWithdrawn() {
        var id = give(
                Map.of("action", "suspend", "domain", "Wait.Example", "reason", "they asked us to", "lasting", "1h"));
        var waits = sent("wait1", "wait.example");
        assertThat(waits.type()).isEqualTo(Outcome.Type.DEFERRED);
        assertThat(waits.status()).isEqualTo("4.3.2");
        assertThat(waits.reply()).contains("suspended: they asked us to (mia, domain=wait.example)");
        assertThat(waits.attempt()).isZero();
        asOperator().get("/v1/orders").then().statusCode(200).body("items.id", hasItem(id));
        asOperator().delete("/v1/orders/" + id).then().statusCode(204);
        await().until(() -> asOperator().delete("/v1/orders/" + id).statusCode() == 404);
        assertThat(sent("wait2", "wait.example").type()).isEqualTo(Outcome.Type.DELIVERED);
        // It does not wait for the end of its delay.
        await().atMost(Duration.ofSeconds(30))
                .until(() -> outcomes("wait1").getLast().type() == Outcome.Type.DELIVERED);
    }

    @Test
    void allMailThatWasSuspendedComesBackWithTheOrder() {
        var id = give(Map.of("action", "suspend", "all", true, "reason", "an emergency"));
        assertThat(sent("emergency1", "held.example").type()).isEqualTo(Outcome.Type.DEFERRED);
        asOperator().delete("/v1/orders/" + id).then().statusCode(204);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> outcomes("emergency1").getLast().type() == Outcome.Type.DELIVERED);
    }

    @Test
    void mailThatNoSourceMaySendIsOnHoldAndComesBackWithTheSource() {
        var id = give(Map.of("action", "suspend", "source", "spare", "reason", "listed"));
        var header = "X-Milena-Tag: spare\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (var producer = OperatorPlatform.clients().producer(Map.of())) {
            producer.send(new MailRecord(Envelopes.withHeader(header.length, "spare1", "user@spare.example"), header)
                    .to(Topics.OUTBOUND, "spare.example"));
        }
        var waits = outcome("spare1");
        assertThat(waits.reply()).contains("pool:spare may not send to *");
        assertThat(Duration.between(waits.at(), waits.retryAt().orElseThrow())).isGreaterThan(Duration.ofHours(20));
        assertThat(sent("spare2", "spare.example").type()).isEqualTo(Outcome.Type.DELIVERED);

        asOperator().delete("/v1/orders/" + id).then().statusCode(204);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> outcomes("spare1").getLast().type() == Outcome.Type.DELIVERED);
    }

    @Test
    void whatIsBouncedGoesBackAndWhatIsDiscardedEnds() {
        give(Map.of("action", "bounce", "domain", "back.example", "reason", "closed", "lasting", "1m"));
        give(Map.of(
                "action", "discard", "account", "nobody", "domain", "end.example", "reason", "wrong", "lasting", "1m"));
        give(Map.of("action", "discard", "domain", "end.example", "reason", "a loop", "lasting", "1m"));
        var back = sent("back1", "back.example");
        assertThat(back.type()).isEqualTo(Outcome.Type.BOUNCED);
        assertThat(back.status()).isEqualTo("5.7.1");
        var end = sent("end1", "end.example");
        assertThat(end.type()).isEqualTo(Outcome.Type.CANCELLED);
        assertThat(end.reply().orElseThrow()).contains("a loop");
    }

    @Test
    void mailIsReboundToAnotherRoute() {
        give(Map.of(
                "action",
                "rebind",
                "domain",
                "moved.example",
                "value",
                "127.0.0.1:1",
                "reason",
                "a test",
                "lasting",
                "1m"));
        var moved = sent("moved1", "moved.example");
        assertThat(moved.type()).isEqualTo(Outcome.Type.DEFERRED);
        assertThat(moved.reply().orElseThrow()).contains("127.0.0.1[127.0.0.1]:1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"action":"stop","domain":"a.example","reason":"x"}                        | must be one of suspend
            {"action":"suspend","reason":"x"}                                          | which mail it is about
            {"action":"suspend","domain":"a.example"}                                  | must not be blank
            {"action":"suspend","domain":"a.example","reason":"x","lasting":"soon"}    | must be a time
            {"action":"rebind","domain":"a.example","reason":"x","value":"a b"}        | milena.delivery.routes
            {"action":"rebind","domain":"a.example","reason":"x","value":"pool:none"}  | pool:none: there is none of that name (pools: spare; sources: spare)
            {"action":"rebind","domain":"a.example","reason":"x","value":"source:a"}   | source:a: there is none of that name
            {"action":"rate","domain":"a.example","reason":"x","value":"5/s"}          | must be there for rate
            {"action":"rate","site":"a.example","reason":"x","value":"fast"}           | is no rate
            {"action":"tls","site":"a.example","reason":"x","value":"maybe"}           | must be off or require
            {"action":"suspend","domain":"a.example","reason":"x","valu":"5"}          | valu
            """)
    void whatMakesNoSenseIsRefusedWithTheReason(String body, String said) {
        asOperator().body(body).post("/v1/orders").then().statusCode(400).body(containsString(said));
    }

    @Test
    void shapingIsExplainedWithTheLineThatSaysSo() {
        asOperator()
                .get("/v1/shaping/gmail.com")
                .then()
                .statusCode(200)
                // All mail here takes this route.
                .body("site", equalTo("discard"))
                .body("route", equalTo("*"))
                .body("exchangers", empty())
                .body("limits.key", hasItem("connections"))
                .body("limits.file", hasItem("shipped shaping.yaml"));
    }

    @Test
    void aDomainThatDnsDoesNotKnowHasNoExchangers() {
        asOperator()
                .get("/v1/shaping/unknown.example")
                .then()
                .statusCode(200)
                .body("exchangers", empty())
                .body("nowhere", notNullValue())
                .body("$", not(hasKey("route")));
        asOperator()
                .get("/v1/shaping/gmail.com?source=nosuch")
                .then()
                .statusCode(400)
                .body("detail", containsString("source:nosuch: there is none of that name"));
    }

    @Test
    void aSuspendedDomainStaysInTheQueuesAndFewMessagesAreCountedExactly() {
        var id = give(Map.of("action", "suspend", "domain", "held.example", "reason", "a test", "lasting", "1h"));
        assertThat(sent("held1", "held.example").type()).isEqualTo(Outcome.Type.DEFERRED);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> asOperator()
                        .get("/v1/queues?matching=held")
                        .then()
                        .statusCode(200)
                        .body("suspended.id", contains(id))
                        .body("exact", equalTo(true))
                        .body("queued", greaterThan(0)));
        asOperator().delete("/v1/orders/" + id).then().statusCode(204);
    }

    @Test
    void whatIsDeferredIsCountedByDomain() {
        assertThat(sent("refused1", "refused.example").type()).isEqualTo(Outcome.Type.DEFERRED);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> asOperator()
                        .get("/v1/queues/waiting?matching=Refused.E")
                        .then()
                        .statusCode(200)
                        .body("complete", equalTo(true))
                        .body("items.name", contains("refused.example"))
                        .body("items[0].deferred", greaterThan(0))
                        .body("items[0].next", notNullValue()));
        asOperator()
                .get("/v1/queues/waiting?by=tag")
                .then()
                .statusCode(400)
                .body("detail", equalTo("by: must be domain or account"));
        given().get("/v1/queues/waiting").then().statusCode(401);
    }

    @Test
    void queuesOfAllReplicasAreShown() {
        await().untilAsserted(() ->
                asOperator().get("/v1/queues").then().statusCode(200).body("replicas.size()", equalTo(1)));
        given().get("/v1/queues").then().statusCode(401);
        given().contentType(ContentType.JSON)
                .body("{}")
                .post("/v1/orders")
                .then()
                .statusCode(401);
    }
}
