package io.milena.auth;

import static io.milena.auth.Api.admin;
import static io.milena.auth.Api.expectProblem;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(Platform.class)
class AccountsTest {
    @Test
    void anAccountIsMadeReadAndListed() {
        var response = admin().body(Map.of("name", " Billing "))
                .post("/v1/accounts")
                .then()
                .statusCode(201)
                .body("id", matchesPattern("a[a-z0-9]{1,19}"))
                .body("name", equalTo("Billing"))
                .body("status", equalTo("active"))
                .extract();
        String id = response.path("id");

        admin().get(response.header("Location"))
                .then()
                .statusCode(200)
                .body("id", equalTo(id))
                .body("status", equalTo("active"));
        admin().get("/v1/accounts").then().statusCode(200).body("items.id", hasItem(id));
    }

    @Test
    void anAccountIsSuspendedAndMadeActiveAgain() {
        var id = Api.newAccount("To be suspended");

        admin().body("{\"status\":\"suspended\"}")
                .patch("/v1/accounts/{id}", id)
                .then()
                .statusCode(200)
                .body("status", equalTo("suspended"));
        admin().get("/v1/accounts/{id}", id).then().body("status", equalTo("suspended"));

        Api.setStatus(id, "active");
        admin().get("/v1/accounts/{id}", id).then().body("status", equalTo("active"));
    }

    @Test
    void rulesAreSetOneByOneAndLimitsTogether() {
        var id = Api.newAccount("Limited");
        admin().get("/v1/accounts/{id}", id)
                .then()
                .body("addSender", equalTo(false))
                .body("tls", equalTo("opportunistic"))
                .body("priority", equalTo("normal"))
                .body("limits.messagesPerDay", nullValue());

        change(id, "{\"verifiedSendersOnly\":false,\"limits\":{\"messagesPerDay\":10000}}");
        change(id, "{\"tls\":\"verify\"}").body("tls", equalTo("verify"));
        change(id, "{\"priority\":\"transactional\"}").body("priority", equalTo("transactional"));
        change(id, "{\"addSender\":true}")
                .body("priority", equalTo("transactional"))
                .body("tls", equalTo("verify"))
                .body("status", equalTo("active"))
                .body("verifiedSendersOnly", equalTo(false))
                .body("addSender", equalTo(true))
                .body("limits.messagesPerDay", equalTo(10000));
        change(id, "{\"limits\":{\"messagesPerSecond\":20}}")
                .body("limits.messagesPerDay", nullValue())
                .body("limits.messagesPerSecond", equalTo(20));
    }

    @Test
    void aNewAccountSendsFromVerifiedDomainsAndUsesNoTag() {
        admin().get("/v1/accounts/{id}", Api.newAccount("Careful"))
                .then()
                .body("verifiedSendersOnly", equalTo(true))
                .body("tags", empty());

        made("{\"name\":\"Null\",\"verifiedSendersOnly\":null,\"tags\":null}")
                .body("verifiedSendersOnly", equalTo(true))
                .body("tags", empty());
        made("{\"name\":\"Open\",\"verifiedSendersOnly\":false,\"tags\":[\"news\",\"*\"]}")
                .body("verifiedSendersOnly", equalTo(false))
                .body("tags", contains("news", "*"));
    }

    private static ValidatableResponse made(String body) {
        return admin().body(body).post("/v1/accounts").then().statusCode(201);
    }

    @Test
    void tagsAreSetTogether() {
        var id = Api.newAccount("Tagged");

        change(id, "{\"tags\":[\"news\",\"vip 1\",\"news\"]}").body("tags", contains("news", "vip 1"));
        change(id, "{\"priority\":\"bulk\"}").body("tags", contains("news", "vip 1"));
        change(id, "{\"tags\":[]}").body("tags", empty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"x\",\"tags\":[\"\"]} | #/tags/0",
                "{\"name\":\"x\",\"tags\":[\"a\",null]} | #/tags/1",
                "{\"name\":\"x\",\"tags\":[\" a\"]} | #/tags/0",
                "{\"name\":\"x\",\"tags\":[\"\u00e9\"]} | #/tags/0",
                "{\"name\":\"x\",\"verifiedSendersOnly\":\"no\"} | #/verifiedSendersOnly",
            })
    void aRuleThatIsNoneMakesNoAccount(String body, String pointer) {
        expectProblem(admin().body(body).post("/v1/accounts").then(), 400).body("errors[0].pointer", equalTo(pointer));
    }

    @Test
    void delaysAndLifetimeAreSetTogetherAndTakenBackTogether() {
        var id = Api.newAccount("Retried");
        admin().get("/v1/accounts/{id}", id)
                .then()
                .body("retry.delays", nullValue())
                .body("retry.lifetime", nullValue());

        change(id, "{\"retry\":{\"delays\":[\"30s\",\"5m\",\"90m\"],\"lifetime\":\"1d\"}}")
                .body("retry.delays", contains("30s", "5m", "1h30m"))
                .body("retry.lifetime", equalTo("24h"));
        change(id, "{\"priority\":\"bulk\"}").body("retry.lifetime", equalTo("24h"));
        // As the API shows it, it takes it.
        change(id, "{\"retry\":{\"delays\":[\"1h30m\"],\"lifetime\":null}}")
                .body("retry.delays", contains("1h30m"))
                .body("retry.lifetime", nullValue());
        change(id, "{\"retry\":{}}").body("retry.delays", nullValue()).body("retry.lifetime", nullValue());

        change(id, "{\"retry\":{\"delays\":[\"1s\",\"24h\"],\"lifetime\":\"1m\"}}");
        admin().get("/v1/accounts/{id}", id)
                .then()
                .body("retry.delays", contains("1s", "24h"))
                .body("retry.lifetime", equalTo("1m"));
    }

    private static ValidatableResponse change(String id, String body) {
        return admin().body(body).patch("/v1/accounts/{id}", id).then().statusCode(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"limits\":{\"messagesPerDay\":-1}} | #/limits/messagesPerDay",
                "{\"limits\":{\"messagesPerSecond\":0}} | #/limits/messagesPerSecond",
                "{\"limits\":{\"messagesPerDay\":1.5}} | #/limits/messagesPerDay",
                "{\"limits\":{\"messagesPerHour\":1}} | #/limits/messagesPerHour",
                "{\"tls\":\"off\"} | #/tls",
                "{\"priority\":\"urgent\"} | #/priority",
                "{\"verifiedSendersOnly\":\"perhaps\"} | #/verifiedSendersOnly",
                "{\"retry\":{\"delays\":[]}} | #/retry/delays",
                "{\"retry\":{\"delays\":\"5m\"}} | #/retry/delays",
                "{\"retry\":{\"delays\":[\"1s\",\"1s\",\"1s\",\"1s\",\"1s\",\"1s\",\"1s\",\"1s\",\"1s\",\"1s\",\"1s\"]}} | #/retry/delays",
                "{\"retry\":{\"delays\":[\"5m\",\"soon\"]}} | #/retry/delays/1",
                "{\"retry\":{\"delays\":[\"5m\",null]}} | #/retry/delays/1",
                "{\"retry\":{\"delays\":[\"999ms\"]}} | #/retry/delays/0",
                "{\"retry\":{\"delays\":[\"1500ms\"]}} | #/retry/delays/0",
                "{\"retry\":{\"delays\":[\"24h1s\"]}} | #/retry/delays/0",
                "{\"retry\":{\"delays\":[\"99999999999h\"]}} | #/retry/delays/0",
                "{\"retry\":{\"lifetime\":\"59s\"}} | #/retry/lifetime",
                "{\"retry\":{\"lifetime\":\"for ever\"}} | #/retry/lifetime",
                "{\"retry\":{\"lifetime\":\"\"}} | #/retry/lifetime",
                "{\"retry\":{\"delay\":\"5m\"}} | #/retry/delay",
            })
    void aValueThatIsNoneIsRefused(String body, String pointer) {
        var id = Api.newAccount("Unlimited");
        expectProblem(admin().body(body).patch("/v1/accounts/{id}", id).then(), 400)
                .body("errors[0].pointer", equalTo(pointer));
    }

    @Test
    void aStatusThatThereIsNotIsRefused() {
        var id = Api.newAccount("Stays active");

        expectProblem(
                        admin().body("{\"status\":\"asleep\"}")
                                .patch("/v1/accounts/{id}", id)
                                .then(),
                        400)
                .body("errors[0].pointer", equalTo("#/status"))
                .body("errors[0].detail", equalTo("expected: active or suspended"));
        expectProblem(
                admin().body("{\"status\":1}").patch("/v1/accounts/{id}", id).then(), 400);
        expectProblem(admin().body("{}").patch("/v1/accounts/{id}", id).then(), 400)
                .body("errors[0].pointer", equalTo("#/status"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"anobody", "NOT-AN-ID", "%00", "a%2F..", "%F0%9F%93%AA"})
    void anIdThatNobodyHasIsNotFound(String id) {
        expectProblem(
                admin().urlEncodingEnabled(false).get("/v1/accounts/" + id).then(), 404);
        expectProblem(
                admin().urlEncodingEnabled(false)
                        .body("{\"status\":\"active\"}")
                        .patch("/v1/accounts/" + id)
                        .then(),
                404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"name\":null}",
                "{\"name\":\"  \"}",
                "{\"name\":\"a\\u0000b\"}",
                "{\"name\":\"\\ud800\"}",
                "{\"name\":\"line\\nbreak\"}"
            })
    void aNameThatIsNoneIsRefused(String body) {
        expectProblem(admin().body(body).post("/v1/accounts").then(), 400).body("errors[0].pointer", equalTo("#/name"));
    }

    @Test
    void aFieldThatThereIsNotIsRefused() {
        expectProblem(
                        admin().body("{\"name\":\"x\",\"nmae\":\"y\"}")
                                .post("/v1/accounts")
                                .then(),
                        400)
                .body("errors[0].pointer", equalTo("#/nmae"))
                .body("errors[0].detail", containsString("unknown field"));
    }
}
