package io.milena.delivery.operator;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without a configured token every request is refused. */
@QuarkusTest
@QuarkusTestResource(
        value = OperatorPlatform.class,
        restrictToAnnotatedClass = true,
        initArgs = @ResourceArg(name = "token", value = "none"))
class WithoutATokenTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer null", "Bearer " + OperatorPlatform.TOKEN})
    void nobodyIsLetIn(String authorization) {
        given().header("Authorization", authorization)
                .get("/v1/dead-letters")
                .then()
                .statusCode(403)
                .contentType("application/problem+json")
                .body(
                        "detail",
                        equalTo(
                                "access is disabled until milena.bootstrap.admin-token or milena.bootstrap.admin-token-file is configured"));
    }
}
