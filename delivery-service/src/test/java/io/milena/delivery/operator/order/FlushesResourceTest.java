package io.milena.delivery.operator.order;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.milena.delivery.operator.Letters;
import io.milena.delivery.operator.OperatorPlatform;
import io.milena.delivery.order.Flush;
import io.milena.topics.Envelope;
import io.milena.topics.Json;
import io.milena.topics.MailRecord;
import io.milena.topics.Outcome;
import io.milena.topics.Topics;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flushes over REST, with the whole service on a real broker. */
@QuarkusTest
@QuarkusTestResource(OperatorPlatform.class)
class FlushesResourceTest {
    /** Other tests have mail of their own on the same platform. */
    private static final List<String> MAIL = List.of("flushedmail00001", "othermail0000001");

    private final Letters letters = new Letters(OperatorPlatform.clients());

    private static RequestSpecification operator() {
        return given().header("Authorization", "Bearer " + OperatorPlatform.TOKEN)
                .header("Milena-Operator", "anna")
                .contentType(ContentType.JSON);
    }

    @Test
    void deferredMailIsTriedAtOnce() throws Exception {
        letters.write(deferred(MAIL.getFirst(), "reader@flushed.example"));
        letters.write(deferred(MAIL.getLast(), "reader@other.example"));

        var id = operator()
                .body(Map.of("domain", "Flushed.Example", "reason", "it is\nmended"))
                .post("/v1/flushes")
                .then()
                .statusCode(202)
                .body("mail", equalTo("domain=flushed.example"))
                .body("by", equalTo("anna"))
                .extract()
                .jsonPath()
                .getString("id");

        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> !letters.read(
                                Topics.OUTCOMES,
                                record -> Json.read(record.value(), Outcome.class)
                                        .id()
                                        .equals("flushedmail00001"))
                        .isEmpty());
        var flush = letters.read(Topics.FLUSHES, any -> true).stream()
                .map(record -> Json.read(record.value(), Flush.class))
                .filter(given -> given.id().equals(id))
                .findFirst()
                .orElseThrow();
        assertThat(flush.reason()).contains("it is\uFFFDmended");
        assertThat(letters.read(Topics.OUTBOUND, record -> record.headers().lastHeader("envelope") != null))
                .extracting(record -> MailRecord.from(record).envelope().id())
                .filteredOn(MAIL::contains)
                .containsExactly("flushedmail00001");
    }

    @Test
    void withoutTheTokenNothingIsFlushed() {
        given().contentType(ContentType.JSON)
                .body(Map.of("domain", "example.com"))
                .post("/v1/flushes")
                .then()
                .statusCode(401);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | domain, account, message, tag or site is to say which mail is meant",
                "{\"reason\":\"all\"} | domain, account, message, tag or site is to say which mail is meant",
                "{\"domain\":\"no domain\"} | the body has errors",
                "{\"tag\":\" \"} | the body has errors",
            })
    void whatMeansNoMailIsRefused(String body, String sentence) {
        operator().body(body).post("/v1/flushes").then().statusCode(400).body("detail", equalTo(sentence));
    }

    private static ProducerRecord<byte[], byte[]> deferred(String id, String recipient) {
        var read = Letters.mail(id, recipient);
        var later = Instant.now().plus(Duration.ofHours(1));
        var envelope = Json.read(read.headers().lastHeader("envelope").value(), Envelope.class)
                .deferredUntil(later, later, true);
        return new MailRecord(envelope, read.value()).to(Topics.deferred(Duration.ofMinutes(1)), "key");
    }
}
