package io.milena.delivery.operator.queue;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.milena.delivery.operator.Letters;
import io.milena.delivery.operator.OperatorPlatform;
import io.milena.delivery.operator.SomeMail;
import io.milena.topics.QueueId;
import io.milena.topics.Topics;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One message over REST, with the whole service on a real broker. */
@QuarkusTest
@QuarkusTestResource(OperatorPlatform.class)
class MessagesResourceTest {
    private final Letters letters = new Letters(OperatorPlatform.clients());
    private final SomeMail mail = SomeMail.acceptedAt(Instant.now());

    private static RequestSpecification operator() {
        return given().header("Authorization", "Bearer " + OperatorPlatform.TOKEN);
    }

    private JsonPath shown(Predicate<JsonPath> expected) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(
                        () -> operator().get("/v1/messages/{id}", mail.id()).jsonPath(),
                        message -> message.get("id") != null && expected.test(message));
    }

    private void assertBodyIsNotShown() {
        var answer = operator().get("/v1/messages/{id}", mail.id()).asString();
        assertThat(answer).doesNotContain(SomeMail.BODY).doesNotContain(OperatorPlatform.TOKEN);
    }

    @Test
    void whatIsBeingTriedForTheFirstTimeIsQueued() throws Exception {
        long offset = letters.write(mail.in(Topics.OUTBOUND, Instant.now(), "a@silent.example", "b@silent.example"));

        operator()
                // As a person may type it.
                .get("/v1/messages/{id}", mail.id().toUpperCase())
                .then()
                .statusCode(200)
                .body("id", equalTo(mail.id()))
                .body("complete", equalTo(true))
                .body("envelope.account", equalTo("shop"))
                .body("envelope.reversePath", equalTo("sender@example.org"))
                .body("envelope.tlsOptional", equalTo(true))
                .body("envelope.priority", equalTo(4))
                .body("envelope.envelopeId", equalTo("QQ314159"))
                .body("envelope.size", equalTo(SomeMail.HEADER.length() + SomeMail.BODY.length()))
                .body("recipients.recipient", contains("a@silent.example", "b@silent.example"))
                .body("recipients.state", contains("queued", "queued"))
                .body("recipients[0].where", equalTo("mail.outbound-0@" + offset))
                .body("waiting", hasSize(1))
                .body("waiting[0].attempts", equalTo(0))
                .body("headers", equalTo("Subject: Hello\nX-Odd: \uFFFD[31mred\n\n"))
                .body("headersTruncated", equalTo(false))
                .body("history", empty());
        assertBodyIsNotShown();
    }

    @Test
    void whatIsDeferredWaitsInATierWithItsHistory() throws Exception {
        letters.write(mail.in(Topics.OUTBOUND, Instant.now(), "a@refused.example"));

        var message = shown(one -> !one.getList("history").isEmpty());

        assertThat(message.getString("recipients[0].state")).isEqualTo("deferred");
        assertThat(message.getString("recipients[0].where")).startsWith("mail.deferred.");
        assertThat(message.getString("recipients[0].status")).startsWith("4.");
        assertThat(message.getString("recipients[0].due")).isEqualTo(message.getString("history[0].retryAt"));
        assertThat(message.getString("waiting[0].topic")).startsWith("mail.deferred.");
        assertThat(message.getString("history[0].type")).isEqualTo("deferred");
        // By the schema of outcomes: an absent field is not null.
        assertThat(message.getMap("history[0]")).doesNotContainKey("tls");
        assertBodyIsNotShown();

        // A flush brings it back, and soon it is deferred once more.
        operator()
                .contentType("application/json")
                .body(Map.of("message", mail.id()))
                .post("/v1/flushes")
                .then()
                .statusCode(202);
        var again = shown(one -> one.getList("history").size() > 1
                && "deferred".equals(one.getString("recipients[0].state"))
                && one.getString("recipients[0].where") != null);
        assertThat(again.getString("recipients[0].where")).isNotEqualTo(message.getString("recipients[0].where"));
        assertThat(again.getList("waiting")).hasSize(1);
    }

    @Test
    void ofTwoDomainsOneIsDeliveredAndTheOtherDeferred() throws Exception {
        letters.write(mail.in(Topics.ACCEPTED, Instant.now(), "a@delivered.example", "b@refused.example"));

        var message = shown(one -> one.getList("history").size() == 2);

        assertThat(message.getList("recipients.recipient")).containsExactly("a@delivered.example", "b@refused.example");
        assertThat(message.getList("recipients.state")).containsExactly("delivered", "deferred");
        assertThat(message.getList("waiting.recipients")).containsExactly(List.of("b@refused.example"));
        assertThat(message.getBoolean("complete")).isTrue();
    }

    @Test
    void whatIsDeliveredIsShownWithItsHeaderSection() throws Exception {
        letters.write(mail.in(Topics.OUTBOUND, Instant.now(), "a@delivered.example"));

        var message = shown(one -> !one.getList("history").isEmpty());

        assertThat(message.getList("recipients.state")).containsExactly("delivered");
        assertThat(message.getList("waiting")).isEmpty();
        assertThat(message.getString("headers")).startsWith("Subject: Hello\n");
        assertThat(message.getList("history.reply")).containsExactly("discarded by the route *");
    }

    @Test
    void aDeadLetterIsNamedUntilItIsDiscarded() throws Exception {
        var letter = letters.put(Topics.OUTBOUND, mail.in(Topics.OUTBOUND, Instant.now(), "a@one.example"), "a bug");

        operator()
                .get("/v1/messages/{id}", mail.id())
                .then()
                .statusCode(200)
                .body("recipients.state", contains("dead-letter"))
                .body("waiting[0].letter", equalTo(letter.toString()))
                .body("waiting[0].reason", startsWith("java.lang.IllegalStateException: a bug"))
                .body("headers", startsWith("Subject: Hello"));

        operator()
                .contentType("application/json")
                .body(Map.of("reason", "spam"))
                .post("/v1/dead-letters/{id}/discard", letter.toString())
                .then()
                .statusCode(200);
        operator()
                .get("/v1/messages/{id}", mail.id())
                .then()
                .body("recipients.state", contains("cancelled"))
                .body("waiting", empty());
    }

    @Test
    void whatNobodyKnowsIsNotFound() {
        operator()
                .get("/v1/messages/{id}", QueueId.next(System.currentTimeMillis()))
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("code", nullValue())
                .body("detail", startsWith("there is no trace of "));
    }

    @ParameterizedTest
    @CsvSource({"x", "01jdm5e9kq3x7v2", "01jdm5e9kq3x7v2bb", "01jdm5e9kq3x7v2u", "01jdm5e9kq3x-v2b"})
    void whatIsNoQueueIdIsRefused(String id) {
        operator()
                .get("/v1/messages/{id}", id)
                .then()
                .statusCode(400)
                .body("detail", startsWith("that is no queue id: "));
    }

    @Test
    void withoutTheTokenNothingIsShown() throws Exception {
        letters.write(mail.in(Topics.OUTBOUND, Instant.now(), "a@delivered.example"));

        given().get("/v1/messages/{id}", mail.id()).then().statusCode(401).contentType("application/problem+json");
    }
}
