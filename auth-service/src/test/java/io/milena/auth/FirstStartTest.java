package io.milena.auth;

import static io.milena.auth.Api.admin;
import static io.milena.auth.Api.verify;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;

import io.milena.auth.store.Bootstrap;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Platform.class)
class FirstStartTest {
    @Inject
    Bootstrap bootstrap;

    @Test
    void theConfiguredKeyLogsInToTheDefaultAccount() {
        String account = verify("apikey", Platform.BOOTSTRAP_KEY)
                .statusCode(200)
                .extract()
                .path("account");

        admin().get("/v1/accounts/{id}", account)
                .then()
                .body("name", equalTo("default"))
                .body("verifiedSendersOnly", equalTo(true))
                .body("tags", empty());
    }

    @Test
    void aLaterStartMakesNothing() {
        int before = accounts();

        bootstrap.run();

        assertThat(accounts()).isEqualTo(before);
    }

    @Test
    void itIsReadyWhenTheDatabaseIs() {
        given().get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.name", hasItem("auth-service"))
                .body("checks.name", hasItem("Database connections health check"));
    }

    @Test
    void theApiIsDescribed() {
        given().get("/q/openapi?format=json")
                .then()
                .statusCode(200)
                .body("components.securitySchemes.admin.scheme", equalTo("bearer"))
                .body("paths.'/v1/accounts'.post.security[0]", hasKey("admin"))
                .body("paths.'/v1/accounts/{account}/domains'.post.description", containsString("Publish"));
    }

    private static int accounts() {
        return admin().get("/v1/accounts").then().extract().path("items.size()");
    }
}
