package io.milena.auth;

import static io.milena.auth.Api.expectProblem;
import static io.milena.auth.Api.verify;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Platform.class)
class VerificationTest {
    private static final String LOGIN = "{\"username\":\"apikey\",\"password\":\"" + Platform.BOOTSTRAP_KEY + "\"}";

    @Test
    void anApiKeyTellsWhoseItIs() {
        var account = Api.newAccount("Key");
        var key = Api.newApiKey(account);

        verify("apikey", key.getString("secret"))
                .statusCode(200)
                .body("account", equalTo(account))
                .body("credential", equalTo(key.getString("id")));
    }

    @Test
    void aPasswordTellsWhoseItIs() {
        var account = Api.newAccount("Password");
        var password = Api.newPassword(account, "jiří@verify.example");

        verify("jiří@verify.example", password.getString("secret"))
                .statusCode(200)
                .body("account", equalTo(account))
                .body("credential", equalTo(password.getString("id")));
    }

    @Test
    void whoFailsLearnsNothing() {
        var account = Api.newAccount("Silent");
        var known = Api.newPassword(account, "known@verify.example");
        var revoked = Api.newPassword(account, "revoked@verify.example");
        Api.revoke(account, revoked.getString("id"));
        var key = Api.newApiKey(account).getString("secret");

        var wrongPassword = refusal("known@verify.example", "wrong");
        assertThat(refusal("unknown@verify.example", "wrong")).isEqualTo(wrongPassword);
        assertThat(refusal("revoked@verify.example", revoked.getString("secret")))
                .isEqualTo(wrongPassword);
        assertThat(refusal("apikey", "mk_wrong")).isEqualTo(wrongPassword);
        assertThat(refusal("", "")).isEqualTo(wrongPassword);
        assertThat(refusal("nul\u0000", "nul\u0000")).isEqualTo(wrongPassword);
        // A secret counts only with its own user name.
        assertThat(refusal("apikey", known.getString("secret"))).isEqualTo(wrongPassword);
        assertThat(refusal("known@verify.example", key)).isEqualTo(wrongPassword);
    }

    @Test
    void anUnknownUserTakesAsLongAsAKnownOne() {
        var account = Api.newAccount("Patient");
        Api.newPassword(account, "timed@verify.example");

        long known = fastest("timed@verify.example");
        long unknown = fastest("stranger@verify.example");

        // A refusal without a hash would take a tenth.
        assertThat(unknown).isGreaterThan(known / 3);
    }

    @Test
    void aSuspendedAccountIsToldToWhoHasTheSecretOnly() {
        var account = Api.newAccount("Suspended");
        var key = Api.newApiKey(account).getString("secret");
        var password = Api.newPassword(account, "suspended@verify.example").getString("secret");
        Api.setStatus(account, "suspended");

        expectProblem(verify("apikey", key), 403).body("code", equalTo("suspended"));
        expectProblem(verify("suspended@verify.example", password), 403).body("code", equalTo("suspended"));
        expectProblem(verify("suspended@verify.example", "wrong"), 401);

        Api.setStatus(account, "active");
        verify("apikey", key).statusCode(200);
    }

    @Test
    void aRevokedKeyIsRefused() {
        var account = Api.newAccount("Revoked");
        var key = Api.newApiKey(account);
        Api.revoke(account, key.getString("id"));

        expectProblem(verify("apikey", key.getString("secret")), 401);
    }

    @Test
    void whoIsNotIngestIsRefused() {
        for (var authorization : new String[] {"Bearer wrong", "Bearer " + Platform.ADMIN_TOKEN, ""}) {
            var response = given().header("Authorization", authorization)
                    .contentType(ContentType.JSON)
                    .body(LOGIN)
                    .post("/internal/v1/verify")
                    .then();
            expectProblem(response, 403)
                    .body("code", equalTo("service-token"))
                    .body("title", equalTo("service token refused"));
        }
    }

    @Test
    void aRequestThatIsNoneIsRefused() {
        for (var body : new String[] {"{}", "{\"username\":\"x\"}", "oops", ""}) {
            var response = given().auth()
                    .preemptive()
                    .oauth2(Platform.SERVICE_TOKEN)
                    .contentType(ContentType.JSON)
                    .body(body)
                    .post("/internal/v1/verify")
                    .then();
            expectProblem(response, 400);
        }
    }

    @Test
    void resultsAreCounted() {
        refusal("apikey", "mk_counted");

        given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("milena_auth_verifications_total{result=\"refused\"}"))
                .body(containsString("milena_auth_outbox_pending"));
    }

    private static String refusal(String username, String password) {
        return expectProblem(verify(username, password), 401).extract().asString();
    }

    private static long fastest(String username) {
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            refusal(username, "wrong");
            fastest = Math.min(fastest, System.nanoTime() - start);
        }
        return fastest;
    }
}
