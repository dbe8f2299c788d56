package io.milena.auth;

import static io.milena.auth.Api.admin;
import static io.milena.auth.Api.expectProblem;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(Platform.class)
class ProblemsTest {
    @Test
    void withoutATokenNothingIsShown() {
        expectProblem(given().get("/v1/accounts").then(), 401).header("WWW-Authenticate", startsWith("Bearer"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer wrong",
                "Bearer ",
                "Bearer",
                "Basic YWRtaW46YWRtaW4=",
                Platform.ADMIN_TOKEN,
                "Bearer " + Platform.SERVICE_TOKEN,
                "Bearer " + Platform.ADMIN_TOKEN + "x"
            })
    void withAWrongTokenNothingIsShown(String authorization) {
        expectProblem(
                given().header("Authorization", authorization)
                        .get("/v1/accounts")
                        .then(),
                401);
        expectProblem(
                given().header("Authorization", authorization)
                        .contentType(ContentType.JSON)
                        .body("{ no JSON either")
                        .post("/v1/accounts")
                        .then(),
                401);
        expectProblem(
                given().header("Authorization", authorization)
                        .delete("/v1/accounts/anobody/credentials/cnone")
                        .then(),
                401);
    }

    @Test
    void theSchemesLetterCaseDoesNotCount() {
        given().header("Authorization", "bEARER " + Platform.ADMIN_TOKEN)
                .get("/v1/accounts")
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":",
                "not json",
                "[]",
                "\"text\"",
                "{\"name\":{\"deep\":1}}",
                "{\"name\":\"a\"} {\"name\":\"b\"}",
                "{\"name\":\"a\",\"name\":\"b\"}",
                "null",
                ""
            })
    void whatIsNoJsonOfTheRightShapeIsRefused(String body) {
        var text = expectProblem(admin().body(body).post("/v1/accounts").then(), 400)
                .extract()
                .asString();
        assertThat(text).doesNotContain("com.fasterxml").doesNotContain("io.milena");
    }

    @Test
    void aBrokenBodyIsToldWhereItBreaks() {
        expectProblem(admin().body("{\"name\":\n  oops}").post("/v1/accounts").then(), 400)
                .body("detail", containsString("line 2"));
    }

    @Test
    void aSecretInABrokenBodyIsNotQuoted() {
        var account = Api.newAccount("Careful");
        var text = expectProblem(
                        Api.registerDomain(
                                account,
                                "{\"name\":\"quoted.example\",\"dkim\":\"-----BEGIN PRIVATE KEY-----\\nMIIEsecret\"}"),
                        400)
                .extract()
                .asString();
        assertThat(text).doesNotContain("MIIE");
    }

    @Test
    void aPathThatThereIsNotIsNotFound() {
        expectProblem(admin().get("/v1/nothing").then(), 404);
        expectProblem(admin().get("/v1/accounts/anobody/nothing").then(), 404);
    }

    @Test
    void aMethodThatThereIsNotIsNotAllowed() {
        expectProblem(admin().delete("/v1/accounts").then(), 405);
        expectProblem(admin().body("{}").put("/v1/accounts/anobody").then(), 405);
    }

    @Test
    void aBodyOfAnotherTypeIsNotTaken() {
        expectProblem(
                        admin().contentType("text/plain")
                                .body("name=x")
                                .post("/v1/accounts")
                                .then(),
                        415)
                .body("title", equalTo("Unsupported Media Type"));
        expectProblem(admin().accept("image/png").get("/v1/accounts").then(), 406);
    }
}
