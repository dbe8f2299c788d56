package io.milena.auth;

import static io.milena.auth.Api.admin;
import static io.milena.auth.Api.expectProblem;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Platform.class)
class LeasesTest {
    private static String account(String limits) {
        var account = Api.newAccount("Limited");
        admin().body("{\"limits\":" + limits + "}")
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200);
        return account;
    }

    private static ValidatableResponse ask(Map<String, Object> wish) {
        return given().auth()
                .preemptive()
                .oauth2(Platform.SERVICE_TOKEN)
                .contentType(ContentType.JSON)
                .body(wish)
                .post("/internal/v1/leases")
                .then();
    }

    private static Map<String, Object> wish(
            String account, String measure, String replica, long sequence, String period, long held, long wanted) {
        return Map.of(
                "account",
                account,
                "measure",
                measure,
                "replica",
                replica,
                "sequence",
                sequence,
                "period",
                period,
                "held",
                held,
                "wanted",
                wanted);
    }

    private static JsonPath granted(Map<String, Object> wish) {
        return ask(wish).statusCode(200).extract().jsonPath();
    }

    @Test
    void replicasThatAskAllAtOnceGetADayTogetherAndNotOneMore() throws Exception {
        var account = account("{\"messagesPerDay\":200}");
        var replicas = new ArrayList<Callable<Long>>();
        for (var name : new String[] {"r1", "r2", "r3", "r4"}) {
            replicas.add(() -> {
                long held = 0;
                var period = "";
                for (int i = 1; i <= 40; i++) {
                    var grant = granted(wish(account, "day", name, i, period, held, held + 7));
                    held = grant.getLong("held");
                    period = grant.getString("period");
                }
                return held;
            });
        }
        long sum = 0;
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var held : threads.invokeAll(replicas)) {
                sum += held.get();
            }
        }
        assertThat(sum).isEqualTo(200);
    }

    @Test
    void whatIsGivenBackGoesToWhoeverAsksNext() {
        var account = account("{\"messagesPerDay\":10}");
        var first = new HashMap<>(wish(account, "day", "r1", 1, "", 0, 2));
        assertThat(granted(first).getLong("held")).isEqualTo(2);
        var period = granted(wish(account, "day", "r1", 2, "", 2, 2)).getString("period");
        // Nothing is held of a day that is over.
        assertThat(granted(wish(account, "day", "r1", 3, "2020-01-01", 9, 0)).getLong("held"))
                .isZero();
        long held = 0;
        for (int i = 1; i <= 20; i++) {
            held = granted(wish(account, "day", "r2", i, period, held, 20)).getLong("held");
        }
        assertThat(held).isEqualTo(10);
    }

    @Test
    void sharesOfARateMoveToWhoeverIsMissingThem() {
        var account = account("{\"messagesPerSecond\":10}");
        assertThat(granted(wish(account, "second", "r1", 1, "", 0, 50)).getLong("held"))
                .isEqualTo(10);
        // All is taken: the newcomer has to wait until the first has come down.
        assertThat(granted(wish(account, "second", "r2", 1, "", 0, 50)).getLong("held"))
                .isZero();
        var asked = granted(wish(account, "second", "r1", 2, "", 10, 50));
        assertThat(asked.getLong("held")).isEqualTo(10);
        assertThat(asked.getLong("target")).isEqualTo(5);
        assertThat(granted(wish(account, "second", "r1", 3, "", 5, 50)).getLong("held"))
                .isEqualTo(5);
        assertThat(granted(wish(account, "second", "r2", 2, "", 0, 50)).getLong("held"))
                .isEqualTo(5);
    }

    @Test
    void aLowerLimitIsKeptByAllTogetherWhateverEachWants() {
        var account = account("{\"messagesPerSecond\":20}");
        var replicas = List.of("r1", "r2", "r3");
        var held = new HashMap<String, Long>();
        replicas.forEach(replica -> held.put(replica, 0L));
        for (int round = 1; round <= 12; round++) {
            if (round == 5) {
                admin().body("{\"limits\":{\"messagesPerSecond\":5}}")
                        .patch("/v1/accounts/{id}", account)
                        .then()
                        .statusCode(200);
            }
            for (var replica : replicas) {
                // The one that asks always looks like the one that wants least.
                var grant = granted(wish(account, "second", replica, round, "", held.get(replica), 30 - round));
                held.put(replica, Math.min(grant.getLong("held"), grant.getLong("target")));
            }
        }
        assertThat(held.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(5);
    }

    @Test
    void whoClaimsMoreThanItWasGrantedHoldsNoMoreThanThat() {
        var account = account("{\"messagesPerSecond\":10,\"messagesPerDay\":10}");
        granted(wish(account, "second", "r1", 1, "", 0, 10));
        // Its lease has lapsed, or never was.
        assertThat(granted(wish(account, "second", "r2", 1, "", 10, 50)).getLong("held"))
                .isZero();
        var day = granted(wish(account, "day", "r1", 1, "", 0, 2));
        assertThat(granted(wish(account, "day", "r1", 2, day.getString("period"), 9, 9))
                        .getLong("held"))
                .isEqualTo(3);
    }

    @Test
    void aRequestThatComesBehindALaterOneCountsNoMore() {
        var account = account("{\"messagesPerSecond\":10}");
        granted(wish(account, "second", "r1", 2, "", 0, 3));
        expectProblem(ask(wish(account, "second", "r1", 1, "", 0, 0)), 409);
        expectProblem(ask(wish(account, "second", "r1", 2, "", 0, 0)), 409);
    }

    @Test
    void aRequestThatIsNoneIsRefused() {
        expectProblem(ask(wish("anobody", "day", "r1", 1, "", 0, 1)), 404);
        var account = account("{}");
        expectProblem(ask(wish(account, "month", "r1", 1, "", 0, 1)), 400)
                .body("errors[0].pointer", equalTo("#/measure"));
        expectProblem(ask(wish(account, "day", "no spaces", 1, "", 0, 1)), 400);
        expectProblem(ask(wish(account, "day", "r1", 1, "", -1, 1)), 400);
        expectProblem(
                given().contentType(ContentType.JSON)
                        .body(wish(account, "day", "r1", 1, "", 0, 1))
                        .post("/internal/v1/leases")
                        .then(),
                403);
    }
}
