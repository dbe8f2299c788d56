package io.milena.auth;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.emptyOrNullString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;

/** The REST API as the administrator and ingest use it. */
final class Api {
    private Api() {}

    static RequestSpecification admin() {
        return given().auth().preemptive().oauth2(Platform.ADMIN_TOKEN).contentType(ContentType.JSON);
    }

    static String newAccount(String name) {
        return admin().body(Map.of("name", name))
                .post("/v1/accounts")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    static JsonPath newApiKey(String account) {
        return newCredential(account, Map.of("type", "api-key"));
    }

    static JsonPath newPassword(String account, String username) {
        return newCredential(account, Map.of("type", "password", "username", username));
    }

    private static JsonPath newCredential(String account, Map<String, String> body) {
        return admin().body(body)
                .post("/v1/accounts/{account}/credentials", account)
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
    }

    static void revoke(String account, String credential) {
        admin().delete("/v1/accounts/{account}/credentials/{id}", account, credential)
                .then()
                .statusCode(204);
    }

    static void setStatus(String account, String status) {
        admin().body(Map.of("status", status))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200);
    }

    static ValidatableResponse registerDomain(String account, Object body) {
        return admin().body(body)
                .post("/v1/accounts/{account}/domains", account)
                .then();
    }

    static ValidatableResponse verifyDomain(String account, String name) {
        return admin().post("/v1/accounts/{account}/domains/{name}/verify", account, name)
                .then();
    }

    /** Publishes what the answer about a domain asks for, of these purposes. */
    static void publish(ValidatableResponse domain, String... purposes) {
        List<Map<String, String>> records = domain.extract().path("records");
        records.stream()
                .filter(record -> List.of(purposes).contains(record.get("purpose")))
                .forEach(record -> Platform.dns().txt(record.get("name"), record.get("value")));
    }

    /** The answer that ingest would get. */
    static ValidatableResponse verify(String username, String password) {
        return given().auth()
                .preemptive()
                .oauth2(Platform.SERVICE_TOKEN)
                .contentType(ContentType.JSON)
                .body(Map.of("username", username, "password", password))
                .post("/internal/v1/verify")
                .then();
    }

    static ValidatableResponse expectProblem(ValidatableResponse response, int status) {
        return response.statusCode(status)
                .contentType("application/problem+json")
                .body("type", equalTo("about:blank"))
                .body("status", equalTo(status))
                .body("title", not(emptyOrNullString()));
    }
}
