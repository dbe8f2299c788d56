package io.milena.delivery.operator.letter;

import static io.milena.delivery.operator.Letters.octets;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.milena.delivery.operator.Letters;
import io.milena.delivery.operator.OperatorPlatform;
import io.milena.topics.Json;
import io.milena.topics.Outcome;
import io.milena.topics.Topics;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The REST interface for dead letters, with the whole service on a real broker. Each test has letters of its own. */
@QuarkusTest
@QuarkusTestResource(OperatorPlatform.class)
class DeadLettersResourceTest {
    private final Letters letters = new Letters(OperatorPlatform.clients());

    private static RequestSpecification operator() {
        return given().header("Authorization", "Bearer " + OperatorPlatform.TOKEN)
                .header("Milena-Operator", "anna")
                .contentType(ContentType.JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer wrong", "Basic YWRtaW46YWRtaW4=", OperatorPlatform.TOKEN})
    void withoutTheTokenNothingIsShownOrDone(String authorization) throws Exception {
        var id = letters.put("gone.topic", noMail("x"), "secret");
        for (var path : List.of("/v1/dead-letters", "/v1/dead-letters/" + id)) {
            given().header("Authorization", authorization)
                    .get(path)
                    .then()
                    .statusCode(401)
                    .contentType("application/problem+json");
        }
        given().header("Authorization", authorization)
                .contentType(ContentType.JSON)
                .body("{\"reason\":\"x\"}")
                .post("/v1/dead-letters/{id}/discard", id.toString())
                .then()
                .statusCode(401);
        operator()
                .get("/v1/dead-letters/{id}", id.toString())
                .then()
                .statusCode(200)
                .body("dealtWith", nullValue());
    }

    @Test
    void aRecordThatIsNoMailIsListedShownAndDiscarded() throws Exception {
        letters.write(new ProducerRecord<>(Topics.OUTBOUND, octets("poison.example"), octets("\u001b[2Jno\r\nmail")));
        var id = Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(
                        () -> operator()
                                .get("/v1/dead-letters?topic=mail.outbound&reason=NO HEADER envelope")
                                .jsonPath()
                                .getString("items[0].id"),
                        found -> found != null);

        operator()
                .get("/v1/dead-letters/{id}", id)
                .then()
                .statusCode(200)
                .body("id", equalTo(id))
                .body("topic", equalTo("mail.outbound"))
                .body("reason", containsString("no header envelope"))
                .body("key", equalTo("poison.example"))
                .body("text", equalTo("\uFFFD[2Jno\nmail"))
                .body("truncated", equalTo(false))
                .body("size", equalTo(12))
                .body("envelope", nullValue());
        assertThat(operator().get("/v1/dead-letters/{id}?raw=true", id).asByteArray())
                .isEqualTo(octets("\u001b[2Jno\r\nmail"));
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> given().get("/q/metrics").then().body(containsString("\nmilena_dead_letters ")));

        operator()
                .body(Map.of("reason", "nobody knows whence"))
                .post("/v1/dead-letters/{id}/discard", id)
                .then()
                .statusCode(200)
                .body("action", equalTo("discarded"))
                .body("by", equalTo("anna"));

        operator().get("/v1/dead-letters").then().body("items.id", not(hasItem(id)));
        operator().get("/v1/dead-letters/{id}", id).then().body("dealtWith.reason", equalTo("nobody knows whence"));
        operator()
                .post("/v1/dead-letters/{id}/replay", id)
                .then()
                .statusCode(409)
                .body("code", equalTo("dealt-with"))
                .body("detail", startsWith("it was discarded by anna at "))
                .body("detail", containsString("nobody knows whence"));
    }

    @Test
    void aReplayedRecordIsWhatItWasAndIsReplayedOnce() throws Exception {
        var record = Letters.mail("replayedmail0001", "ben@example.com");
        record.headers().add("reason", octets("the record's own")).add("reason", octets("and another"));
        var id = letters.put(Topics.OUTBOUND, record, "a bug since mended");
        operator()
                .get("/v1/dead-letters/{id}", id.toString())
                .then()
                .body("envelope.id", equalTo("replayedmail0001"))
                .body("envelope.recipients", equalTo(1))
                .body("headers.name", equalTo(List.of("envelope", "reason", "reason")));

        operator()
                .post("/v1/dead-letters/{id}/replay", id.toString())
                .then()
                .statusCode(200)
                .body("action", equalTo("replayed"));
        operator().post("/v1/dead-letters/{id}/replay", id.toString()).then().statusCode(409);

        var back = letters.read(
                Topics.OUTBOUND,
                there -> Arrays.equals(
                        there.headers().toArray(), record.headers().toArray()));
        assertThat(back).singleElement().satisfies(there -> {
            assertThat(there.key()).isEqualTo(record.key());
            assertThat(there.value()).isEqualTo(record.value());
        });
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> outcomes("replayedmail0001"), list -> list.equals(List.of("ben@example.com DELIVERED")));
    }

    @Test
    void eachRecipientOfDiscardedMailIsCancelledUnlessItsOutcomeIsThereAlready() throws Exception {
        var waiting = letters.put(
                "mail.deferred.1m", Letters.mail("discardedmail001", "a@example.com", "b@example.com"), "bug");
        var failed = letters.put(Topics.FAILED, Letters.mail("failedmail000001", "a@example.com"), "bug");

        for (var id : List.of(waiting, failed)) {
            operator()
                    .body(Map.of("reason", "spam\n"))
                    .post("/v1/dead-letters/{id}/discard", id.toString())
                    .then()
                    .statusCode(200);
        }

        assertThat(outcomes("discardedmail001")).containsExactly("a@example.com CANCELLED", "b@example.com CANCELLED");
        assertThat(outcomes("failedmail000001")).isEmpty();
    }

    @Test
    void pagesGoThroughAllOnceAndAFilterMeansSeveral() throws Exception {
        var ids = new ArrayList<String>();
        for (int i = 0; i < 7; i++) {
            ids.add(letters.put("paged.topic", noMail("n" + i), "number " + i).toString());
            letters.put("other.topic", noMail("o" + i), "of another topic");
        }
        var seen = new ArrayList<String>();
        String after = null;
        do {
            var request = operator().queryParam("topic", "paged.topic").queryParam("limit", 3);
            var page = (after == null ? request : request.queryParam("after", after))
                    .get("/v1/dead-letters")
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            seen.addAll(page.getList("items.id"));
            after = page.getString("next");
        } while (after != null);
        assertThat(seen).isEqualTo(ids);

        operator()
                .body(Map.of("reason", "tidying up"))
                .post("/v1/dead-letters/discard?topic=paged.topic&limit=4")
                .then()
                .statusCode(200)
                .body("done", equalTo(ids.subList(0, 4)))
                .body("left", hasSize(0))
                .body("more", equalTo(true));
        operator()
                .post("/v1/dead-letters/replay?topic=paged.topic&reason=number")
                .then()
                .statusCode(200)
                .body("done", hasSize(0))
                .body("left.id", equalTo(ids.subList(4, 7)))
                .body("left[0].why", equalTo("there is no topic paged.topic any more"));
    }

    @Test
    void aValueThatWasTooLargeIsReadWhereItStood() throws Exception {
        var large = new byte[1024 * 1024 - 150];
        Arrays.fill(large, (byte) 'x');
        large[large.length - 1] = 'y';
        long offset = letters.write(new ProducerRecord<>(Topics.RETURNED, octets("key"), large));
        var record = new ProducerRecord<>(Topics.RETURNED, octets("key"), large);
        var kept = letters.put(Topics.RETURNED, offset, record, "large");
        var lost = letters.put(Topics.RETURNED, offset + 1000, record, "large, and gone");

        operator().get("/v1/dead-letters/{id}", kept.toString()).then().body("cutFrom", equalTo(large.length));
        assertThat(operator()
                        .get("/v1/dead-letters/{id}?raw=true", kept.toString())
                        .asByteArray())
                .isEqualTo(large);
        operator().post("/v1/dead-letters/{id}/replay", kept.toString()).then().statusCode(200);
        operator().get("/v1/dead-letters/{id}?raw=true", lost.toString()).then().statusCode(410);
        operator()
                .post("/v1/dead-letters/{id}/replay", lost.toString())
                .then()
                .statusCode(409)
                .body("code", equalTo("not-replayable"));

        assertThat(letters.read(Topics.RETURNED, there -> Arrays.equals(there.value(), large)))
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET  | /v1/dead-letters?limit=0 | 400 | limit is to be a number from 1 to 1000",
                "GET  | /v1/dead-letters?limit=1001 | 400 | limit is to be a number from 1 to 1000",
                "GET  | /v1/dead-letters?after=x | 400 | after is to be what next was on the page before",
                "GET  | /v1/dead-letters/nonsense | 404 | no such dead letter",
                "GET  | /v1/dead-letters/0-999999 | 404 | no such dead letter",
                "GET  | /v1/dead-letters/9-0 | 404 | no such dead letter",
                "POST | /v1/dead-letters/0-999999/replay | 404 | no such dead letter",
                "POST | /v1/dead-letters/0-0/discard | 400 | the body has errors",
                "POST | /v1/dead-letters/replay | 400 | topic or reason is to say which letters are meant",
            })
    void whatCannotBeMeantIsRefusedWithASentence(String method, String path, int status, String sentence) {
        operator().request(method, path).then().statusCode(status).body("detail", equalTo(sentence));
    }

    private List<String> outcomes(String id) {
        return letters.read(Topics.OUTCOMES, any -> true).stream()
                .map(record -> Json.read(record.value(), Outcome.class))
                .filter(outcome -> outcome.id().equals(id))
                .map(outcome -> outcome.recipient() + " " + outcome.type())
                .toList();
    }

    private static ProducerRecord<byte[], byte[]> noMail(String text) {
        return new ProducerRecord<>("any", octets("key"), octets(text));
    }
}
