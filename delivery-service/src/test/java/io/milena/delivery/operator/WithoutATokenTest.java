package io.milena.delivery.operator;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without a token for administrators every request of theirs is refused; figures have a token of their own. */
@QuarkusTest
@TestProfile(WithoutATokenTest.OtherPlatform.class)
class WithoutATokenTest {
    private static final String METRICS_TOKEN = "a-metrics-token-for-tests";

    /** A platform of its own, beside the one that the other tests share. */
    public static final class OtherPlatform implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(
                    new TestResourceEntry(OperatorPlatform.class, Map.of("token", "none", "metrics", METRICS_TOKEN)));
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer wrong", "Basic " + METRICS_TOKEN, METRICS_TOKEN})
    void figuresAreForTheBearerOfTheirToken(String authorization) {
        for (var path :
                List.of("/q/metrics", "/q/metrics/", "/q/./metrics", "//q/metrics", "/q/%6detrics", "/q/metrics/x")) {
            assertThat(given().urlEncodingEnabled(false)
                            .header("Authorization", authorization)
                            .get(path)
                            .then()
                            .extract()
                            .asString())
                    .as(path)
                    .doesNotContain("milena_");
        }
        given().header("Authorization", authorization).get("/q/metrics").then().statusCode(401);
        given().header("Authorization", "bearer " + METRICS_TOKEN)
                .get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("milena_"));
        // Probes and milena status have no token.
        given().get("/q/health/live").then().statusCode(200);
        given().get("/q/info").then().statusCode(200);
    }

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
