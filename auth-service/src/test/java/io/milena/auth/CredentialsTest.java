package io.milena.auth;

import static io.milena.auth.Api.admin;
import static io.milena.auth.Api.expectProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(Platform.class)
class CredentialsTest {
    @Test
    void anApiKeyIsShownOnce() {
        var account = Api.newAccount("With a key");

        var key = Api.newApiKey(account);

        assertThat(key.getString("id")).matches("c[a-z0-9]{1,19}");
        assertThat(key.getString("username")).isEqualTo("apikey");
        assertThat(key.getString("secret")).matches("mk_[0-9A-Za-z]{40,}");
        var listed = admin().get("/v1/accounts/{account}/credentials", account)
                .then()
                .statusCode(200)
                .body("items.id", hasItem(key.getString("id")))
                .extract()
                .asString();
        assertThat(listed).doesNotContain(key.getString("secret")).doesNotContain("secret");
    }

    @Test
    void aCredentialIsGoodFromItsNetworks() {
        var account = Api.newAccount("With networks");
        String id = admin().body("{\"type\":\"api-key\",\"networks\":[\"192.0.2.0/24\",\"2001:db8::1\"]}")
                .post("/v1/accounts/{account}/credentials", account)
                .then()
                .statusCode(201)
                .extract()
                .path("id");
        admin().get("/v1/accounts/{account}/credentials", account)
                .then()
                .body("items[0].networks", equalTo(List.of("192.0.2.0/24", "2001:db8::1")));

        admin().body("{\"networks\":[]}")
                .patch("/v1/accounts/{account}/credentials/{id}", account, id)
                .then()
                .statusCode(200)
                .body("networks", equalTo(List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com",
                "192.0.2.0/33",
                "192.0.2.0/",
                "",
                "::/129",
                "1.2.3.4/8 ",
                "10/8",
                "192.168/16",
                "fade.de",
                "1.2.3.256"
            })
    void aNetworkThatIsNoneIsRefused(String network) {
        var account = Api.newAccount("Without networks");
        var key = Api.newApiKey(account).getString("id");
        expectProblem(
                        admin().body(Map.of("networks", List.of("192.0.2.1", network)))
                                .patch("/v1/accounts/{account}/credentials/{id}", account, key)
                                .then(),
                        400)
                .body("errors[0].pointer", equalTo("#/networks/1"));
    }

    @Test
    void aSecretIsNotCached() {
        var account = Api.newAccount("Uncached");
        admin().body("{\"type\":\"api-key\"}")
                .post("/v1/accounts/{account}/credentials", account)
                .then()
                .statusCode(201)
                .header("Cache-Control", "no-store");
    }

    @Test
    void aPasswordHasAUserNameOfItsOwn() {
        var account = Api.newAccount("With a password");

        var password = Api.newPassword(account, "printer@with.example");

        assertThat(password.getString("username")).isEqualTo("printer@with.example");
        assertThat(password.getString("secret")).hasSizeGreaterThanOrEqualTo(32);
        expectProblem(
                        admin().body(Map.of("type", "password", "username", "printer@with.example"))
                                .post("/v1/accounts/{account}/credentials", Api.newAccount("Too late"))
                                .then(),
                        409)
                .body("detail", equalTo("the user name is taken"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"type\":\"password\"}",
                "{\"type\":\"password\",\"username\":\"\"}",
                "{\"type\":\"password\",\"username\":\"with space\"}",
                "{\"type\":\"password\",\"username\":\"nul\\u0000\"}",
                "{\"type\":\"password\",\"username\":\"apikey\"}",
                "{\"type\":\"api-key\",\"username\":\"other\"}",
                "{\"type\":\"certificate\"}",
                "{\"type\":\"api-key\",\"secret\":\"chosen\"}"
            })
    void aCredentialThatCannotBeIsRefused(String body) {
        var account = Api.newAccount("Strict");
        expectProblem(
                admin().body(body)
                        .post("/v1/accounts/{account}/credentials", account)
                        .then(),
                400);
    }

    @Test
    void aTypeThatThereIsNotIsToldWhichThereAre() {
        var account = Api.newAccount("Types");
        expectProblem(
                        admin().body("{\"type\":\"smoke-signal\"}")
                                .post("/v1/accounts/{account}/credentials", account)
                                .then(),
                        400)
                .body("errors[0].detail", containsString("api-key or password or oauth or certificate"));
    }

    @Test
    void anAccountThatThereIsNotHasNoCredentials() {
        expectProblem(
                admin().body("{\"type\":\"api-key\"}")
                        .post("/v1/accounts/anobody/credentials")
                        .then(),
                404);
        expectProblem(admin().get("/v1/accounts/anobody/credentials").then(), 404);
    }

    @Test
    void aCredentialIsRevokedByItsOwnAccountOnly() {
        var account = Api.newAccount("Owner");
        var other = Api.newAccount("Other");
        var id = Api.newApiKey(account).getString("id");

        expectProblem(
                admin().delete("/v1/accounts/{account}/credentials/{id}", other, id)
                        .then(),
                404);
        Api.revoke(account, id);
        expectProblem(
                admin().delete("/v1/accounts/{account}/credentials/{id}", account, id)
                        .then(),
                404);
    }
}
