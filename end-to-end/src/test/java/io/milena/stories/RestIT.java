package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import io.milena.stories.harness.Story;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The REST interface of a running platform on one port. */
@Told
class RestIT {

    @Test
    void anAccountIsMadeReadListedAndSuspended(Story story) {
        var api = story.platform().api();
        var account = api.createAccount("Orders & Co.");

        api.request()
                .get("/v1/accounts/{id}", account.id())
                .then()
                .statusCode(200)
                .body("name", equalTo("Orders & Co."))
                .body("status", equalTo("active"));
        api.request().get("/v1/accounts").then().statusCode(200).body("items.id", hasItem(account.id()));
        api.setStatus(account.id(), "suspended");
        api.request().get("/v1/accounts/{id}", account.id()).then().body("status", equalTo("suspended"));
    }

    @Test
    void refusalsAreProblemDocuments(Story story) {
        var api = story.platform().api();
        api.anonymous()
                .get("/v1/accounts")
                .then()
                .statusCode(401)
                .contentType("application/problem+json")
                .body("status", equalTo(401));
        api.anonymous()
                .header("Authorization", "Bearer wrong")
                .get("/v1/accounts")
                .then()
                .statusCode(401);
        api.request()
                .get("/v1/accounts/nosuchaccount")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("title", notNullValue());
        api.request()
                .body(Map.of("name", ""))
                .post("/v1/accounts")
                .then()
                .statusCode(400)
                .contentType("application/problem+json");
        api.request().body("{").post("/v1/accounts").then().statusCode(400);
    }

    @Test
    void healthMetricsAndTheInterfacesDescriptionAreThere(Story story) {
        var api = story.platform().api();
        api.anonymous().get("/q/health").then().statusCode(200).body("status", equalTo("UP"));
        api.anonymous()
                .get("/q/openapi?format=json")
                .then()
                .statusCode(200)
                .body("paths.'/v1/accounts'", notNullValue());
        var metrics = api.anonymous()
                .get("/q/metrics")
                .then()
                .statusCode(200)
                .extract()
                .asString();
        assertThat(metrics).contains("milena_queue_messages");
    }
}
