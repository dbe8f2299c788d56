package io.milena.auth;

import static io.milena.auth.Api.expectProblem;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import org.apache.kafka.common.security.scram.internals.ScramFormatter;
import org.apache.kafka.common.security.scram.internals.ScramMechanism;
import org.junit.jupiter.api.Test;

/** Against Kafka's own SCRAM as the client. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class ScramTest {
    private static final String SAID = "n=user,r=abc,r=abcdef,s=x,i=4096,c=biws,r=abcdef";

    private static ValidatableResponse post(String path, Map<String, String> body) {
        return given().auth()
                .preemptive()
                .oauth2(Platform.SERVICE_TOKEN)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/internal/v1/scram/" + path)
                .then();
    }

    private static ValidatableResponse login(String username, String secret) throws GeneralSecurityException {
        var salt = post("salt", Map.of("username", username)).statusCode(200).extract();
        var formatter = new ScramFormatter(ScramMechanism.SCRAM_SHA_256);
        var salted = formatter.hi(
                secret.getBytes(StandardCharsets.UTF_8),
                Base64.getDecoder().decode(salt.<String>path("salt")),
                salt.<Integer>path("iterations"));
        var clientKey = formatter.clientKey(salted);
        var proof = ScramFormatter.xor(
                clientKey, formatter.hmac(formatter.storedKey(clientKey), SAID.getBytes(StandardCharsets.UTF_8)));
        var answer = post(
                "verify",
                Map.of(
                        "username",
                        username,
                        "authMessage",
                        SAID,
                        "proof",
                        Base64.getEncoder().encodeToString(proof)));
        if (answer.extract().statusCode() == 200) {
            var signature = formatter.hmac(formatter.serverKey(salted), SAID.getBytes(StandardCharsets.UTF_8));
            answer.body("serverFinal", equalTo("v=" + Base64.getEncoder().encodeToString(signature)));
        }
        return answer;
    }

    @Test
    void aPasswordIsProved() throws GeneralSecurityException {
        var account = Api.newAccount("Scram");
        var password = Api.newPassword(account, "scram@scram.example");

        login("scram@scram.example", password.getString("secret"))
                .statusCode(200)
                .body("account", equalTo(account))
                .body("credential", equalTo(password.getString("id")));
        expectProblem(login("scram@scram.example", "wrong"), 401);
    }

    @Test
    void anApiKeyIsFoundByItsProof() throws GeneralSecurityException {
        Api.newApiKey(Api.newAccount("Another with a key"));
        var account = Api.newAccount("Scram with a key");
        var key = Api.newApiKey(account);

        login("apikey", key.getString("secret")).statusCode(200).body("credential", equalTo(key.getString("id")));
        expectProblem(login("apikey", "mk_wrong"), 401);
    }

    @Test
    void aUserThatThereIsNotHasASaltThatStaysAndFailsLikeOneWithAWrongPassword() throws GeneralSecurityException {
        var account = Api.newAccount("Known to scram");
        Api.newPassword(account, "known@scram.example");
        String first = post("salt", Map.of("username", "nobody@scram.example"))
                .extract()
                .path("salt");
        String again = post("salt", Map.of("username", "nobody@scram.example"))
                .extract()
                .path("salt");
        assertThat(first).isEqualTo(again).hasSize(24);
        assertThat(login("nobody@scram.example", "x").extract().asString())
                .isEqualTo(login("known@scram.example", "x").extract().asString());
    }

    @Test
    void theTwoFormsOfANameHaveOneSaltWhetherThereIsSuchAUserOrNot() {
        Api.newPassword(Api.newAccount("Accents"), "ren\u00e9@scram.example");
        for (var name : new String[] {"ren", "nobody"}) {
            String composed = post("salt", Map.of("username", name + "\u00e9@scram.example"))
                    .extract()
                    .path("salt");
            String decomposed = post("salt", Map.of("username", name + "e\u0301@scram.example"))
                    .extract()
                    .path("salt");
            assertThat(composed).isEqualTo(decomposed);
        }
    }

    @Test
    void whoIsSuspendedOrRevokedIsRefused() throws GeneralSecurityException {
        var account = Api.newAccount("Scram and suspended");
        var password = Api.newPassword(account, "suspended@scram.example");
        Api.setStatus(account, "suspended");
        expectProblem(login("suspended@scram.example", password.getString("secret")), 403)
                .body("code", equalTo("suspended"));
        Api.setStatus(account, "active");
        Api.revoke(account, password.getString("id"));
        expectProblem(login("suspended@scram.example", password.getString("secret")), 401);
    }

    @Test
    void aProofThatIsNoneIsRefused() {
        for (var proof : new String[] {"", "AAAA", "no base64!", "A".repeat(44)}) {
            expectProblem(post("verify", Map.of("username", "apikey", "authMessage", SAID, "proof", proof)), 401);
        }
    }
}
