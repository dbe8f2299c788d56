package io.milena.stories.harness;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** The REST interface as an operator uses it, with the admin token. */
public record Api(URI base, String token) {

    /** An account as the interface shows it. */
    public record Account(String id, String name, String status) {}

    /** A credential with its secret, which is shown once. */
    public record Credential(String id, String username, String secret) {}

    /** A DNS record that the owner of a domain is asked to publish. */
    public record DnsRecord(String name, String type, String value, String purpose) {}

    public RequestSpecification request() {
        return anonymous().header("Authorization", "Bearer " + token);
    }

    public RequestSpecification anonymous() {
        return given().baseUri(base.toString()).contentType(ContentType.JSON).accept(ContentType.ANY);
    }

    /** An account that may send from domains that it has not verified, as most stories do. */
    public Account createAccount(String name) {
        return createAccount(Map.of("name", name, "verifiedSendersOnly", false));
    }

    /** An account with the rules that a new account has. */
    public Account createUsualAccount(String name) {
        return createAccount(Map.of("name", name));
    }

    private Account createAccount(Map<String, Object> wanted) {
        return account(request()
                .body(wanted)
                .post("/v1/accounts")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath());
    }

    public Account setStatus(String account, String status) {
        return account(request()
                .body(Map.of("status", status))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath());
    }

    public Credential createApiKey(String account) {
        var json = request()
                .body(Map.of("type", "api-key"))
                .post("/v1/accounts/{id}/credentials", account)
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
        return new Credential(json.getString("id"), json.getString("username"), json.getString("secret"));
    }

    public List<DnsRecord> createDomain(String account, String domain) {
        var json = request()
                .body(Map.of("name", domain))
                .post("/v1/accounts/{id}/domains", account)
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
        return json.getList("records", Map.class).stream()
                .map(record -> new DnsRecord(
                        (String) record.get("name"), (String) record.get("type"), (String) record.get("value"), (String)
                                record.get("purpose")))
                .toList();
    }

    private static Account account(JsonPath json) {
        return new Account(json.getString("id"), json.getString("name"), json.getString("status"));
    }
}
