package io.milena.auth;

import static io.milena.auth.Api.admin;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.milena.topics.Directory;
import io.milena.topics.Json;
import io.milena.topics.KeyEncryption;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaSettings;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Platform.class)
class DirectoryTopicsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Inject
    KafkaSettings kafka;

    @Test
    void anAccountsChangesArriveInTheirOrder() {
        try (var topic = new TopicReader(kafka.clients(), Topics.ACCOUNTS)) {
            var id = Api.newAccount("Followed");
            for (var status : List.of("suspended", "suspended", "active", "suspended")) {
                Api.setStatus(id, status);
            }

            await().atMost(LIMIT).until(() -> topic.valuesOf(id).size() >= 4);

            assertThat(topic.valuesOf(id))
                    .map(value -> Json.read(value.orElseThrow(), Directory.Account.class))
                    .containsExactly(
                            account(id, "active"),
                            account(id, "suspended"),
                            account(id, "active"),
                            account(id, "suspended"));
        }
    }

    @Test
    void aRevokedCredentialBecomesATombstone() {
        try (var topic = new TopicReader(kafka.clients(), Topics.CREDENTIALS)) {
            var account = Api.newAccount("Revoker");
            var password = Api.newPassword(account, "tombstone@topics.example");
            var id = password.getString("id");
            Api.revoke(account, id);

            await().atMost(LIMIT).until(() -> topic.valuesOf(id).size() >= 2);

            var values = topic.valuesOf(id);
            assertThat(values).hasSize(2);
            assertThat(Json.read(values.getFirst().orElseThrow(), Directory.Credential.class))
                    .isEqualTo(new Directory.Credential(id, account, "tombstone@topics.example", List.of()));
            assertThat(values.getLast()).isEmpty();
        }
    }

    @Test
    void aRegistrationOfAnotherAccountDoesNotReplaceAVerifiedDomain() {
        try (var domains = new TopicReader(kafka.clients(), Topics.DOMAINS)) {
            var squatter = Api.newAccount("Squatter");
            var owner = Api.newAccount("Owner");
            Api.registerDomain(squatter, "{\"name\":\"claimed.topics.example\"}")
                    .statusCode(201);
            String value = Api.registerDomain(owner, "{\"name\":\"claimed.topics.example\"}")
                    .statusCode(201)
                    .extract()
                    .path("records.find { it.purpose == 'verification' }.value");
            Platform.dns().txt("_milena.claimed.topics.example", value);
            Api.verifyDomain(owner, "claimed.topics.example").statusCode(200);
            admin().body("{\"selector\":\"s2\",\"algorithm\":\"ed25519\"}")
                    .post("/v1/accounts/{account}/domains/claimed.topics.example/dkim", squatter)
                    .then()
                    .statusCode(201);
            admin().delete("/v1/accounts/{account}/domains/claimed.topics.example", squatter)
                    .then()
                    .statusCode(204);
            Api.registerDomain(owner, "{\"name\":\"after.topics.example\"}").statusCode(201);

            await().atMost(LIMIT)
                    .until(() -> !domains.valuesOf("after.topics.example").isEmpty());

            var values = domains.valuesOf("claimed.topics.example");
            assertThat(values).hasSize(3);
            assertThat(Json.read(values.getLast().orElseThrow(), Directory.Domain.class))
                    .isEqualTo(new Directory.Domain("claimed.topics.example", owner, true));
        }
    }

    @Test
    void rulesAndNetworksArrive() {
        try (var accounts = new TopicReader(kafka.clients(), Topics.ACCOUNTS);
                var credentials = new TopicReader(kafka.clients(), Topics.CREDENTIALS)) {
            var account = Api.newAccount("Ruled");
            admin().body(
                            "{\"verifiedSendersOnly\":true,\"tls\":\"require\",\"priority\":\"bulk\",\"limits\":{\"messagesPerDay\":7,\"messagesPerSecond\":2},\"retry\":{\"delays\":[\"30s\",\"2h\"],\"lifetime\":\"12h\"},\"tags\":[\"news\"]}")
                    .patch("/v1/accounts/{id}", account)
                    .then()
                    .statusCode(200);
            var key = Api.newApiKey(account).getString("id");
            admin().body("{\"networks\":[\"192.0.2.0/24\"]}")
                    .patch("/v1/accounts/{account}/credentials/{id}", account, key)
                    .then()
                    .statusCode(200);

            await().atMost(LIMIT)
                    .until(() -> accounts.valuesOf(account).size() >= 2
                            && credentials.valuesOf(key).size() >= 2);

            assertThat(Json.read(accounts.valuesOf(account).getLast().orElseThrow(), Directory.Account.class))
                    .isEqualTo(new Directory.Account(
                            account,
                            "Ruled",
                            "active",
                            true,
                            false,
                            Optional.of(7L),
                            Optional.of(2),
                            Optional.of("require"),
                            Optional.of("bulk"),
                            List.of(Duration.ofSeconds(30), Duration.ofHours(2)),
                            Optional.of(Duration.ofHours(12)),
                            List.of("news")));
            assertThat(Json.read(credentials.valuesOf(key).getLast().orElseThrow(), Directory.Credential.class))
                    .isEqualTo(new Directory.Credential(key, account, "apikey", List.of("192.0.2.0/24")));
        }
    }

    @Test
    void aDomainArrivesWithItsKeysAndGoesWithThem() throws Exception {
        try (var domains = new TopicReader(kafka.clients(), Topics.DOMAINS);
                var keys = new TopicReader(kafka.clients(), Topics.SIGNING_KEYS)) {
            var account = Api.newAccount("Signer");
            Api.publish(
                    Api.registerDomain(account, Map.of("name", "signed.topics.example"))
                            .statusCode(201),
                    "verification",
                    "dkim");
            await().atMost(LIMIT)
                    .until(() -> !domains.valuesOf("signed.topics.example").isEmpty()
                            && !keys.valuesOf("signed.topics.example").isEmpty());

            assertThat(Json.read(
                            domains.valuesOf("signed.topics.example").getFirst().orElseThrow(), Directory.Domain.class))
                    .isEqualTo(new Directory.Domain("signed.topics.example", account, false));
            var waiting = Json.read(
                    keys.valuesOf("signed.topics.example").getFirst().orElseThrow(), Directory.SigningKeys.class);
            assertThat(waiting.keys()).as("their records were not seen yet").isEmpty();

            Api.verifyDomain(account, "signed.topics.example").statusCode(200);
            await().atMost(LIMIT)
                    .until(() -> domains.valuesOf("signed.topics.example").size() == 2
                            && keys.valuesOf("signed.topics.example").size() == 2);
            var published = Json.read(
                    keys.valuesOf("signed.topics.example").getLast().orElseThrow(), Directory.SigningKeys.class);
            assertThat(published.keys()).map(Directory.SigningKey::algorithm).containsExactly("rsa", "ed25519");
            assertThat(published.account()).contains(account);
            byte[] rsa = decrypted(published, published.keys().getFirst());
            assertThat(KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(rsa)))
                    .isInstanceOfSatisfying(
                            RSAPrivateKey.class,
                            key -> assertThat(key.getModulus().bitLength()).isEqualTo(2048));
            byte[] edward = decrypted(published, published.keys().getLast());
            assertThat(KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(edward)))
                    .isNotNull();

            Api.admin()
                    .delete("/v1/accounts/{account}/domains/signed.topics.example", account)
                    .then()
                    .statusCode(204);
            await().atMost(LIMIT)
                    .until(() -> domains.valuesOf("signed.topics.example").size() == 3
                            && keys.valuesOf("signed.topics.example").size() == 3);
            assertThat(domains.valuesOf("signed.topics.example").getLast()).isEmpty();
            assertThat(keys.valuesOf("signed.topics.example").getLast()).isEmpty();
        }
    }

    private static byte[] decrypted(Directory.SigningKeys published, Directory.SigningKey key)
            throws KeyEncryption.UnreadableKeyException {
        return Base64.getDecoder()
                .decode(Platform.KEYS.open(
                        new KeyEncryption.Owner(published.account().orElseThrow(), published.domain(), key.selector()),
                        key.privateKey()));
    }

    @Test
    void aSuppressionArrivesInTheFormOfForwardPathsAndGoes() {
        try (var topic = new TopicReader(kafka.clients(), Topics.SUPPRESSIONS)) {
            var account = Api.newAccount("Suppressor");
            var path = "/v1/accounts/" + account + "/suppressions/\"Ben\"@B\u00fccher.example";
            var key = account + " ben@xn--bcher-kva.example";
            // The second changes nothing and tells nothing.
            Api.admin().put(path).then().statusCode(204);
            Api.admin().put(path).then().statusCode(204);
            Api.admin().get(path).then().statusCode(200).body("address", equalTo("ben@xn--bcher-kva.example"));
            Api.admin().delete(path).then().statusCode(204);
            Api.admin().get(path).then().statusCode(404);
            Api.admin().delete(path).then().statusCode(404);

            await().atMost(LIMIT).until(() -> topic.valuesOf(key).size() >= 2);

            assertThat(topic.valuesOf(key)).hasSize(2);
            assertThat(Json.read(topic.valuesOf(key).getFirst().orElseThrow(), Directory.Suppression.class))
                    .isEqualTo(new Directory.Suppression(account, "ben@xn--bcher-kva.example"));
            assertThat(topic.valuesOf(key).getLast()).isEmpty();
        }
    }

    @Test
    void whatIsNoAddressIsNotSuppressed() {
        var account = Api.newAccount("Careless");
        Api.expectProblem(
                Api.admin()
                        .put("/v1/accounts/{account}/suppressions/ben", account)
                        .then(),
                400);
        Api.expectProblem(
                Api.admin()
                        .put("/v1/accounts/{account}/suppressions/a@b.example", "anone")
                        .then(),
                404);
        given().put("/v1/accounts/{account}/suppressions/a@b.example", account)
                .then()
                .statusCode(401);
    }

    @Test
    void whatKafkaMissedWhileItWasAwayArrivesWhenItIsBack() {
        Api.newAccount("Before the outage");
        Platform.stopKafka();
        String id;
        try {
            id = Api.newAccount("During the outage");
            Api.setStatus(id, "suspended");
            await().atMost(LIMIT).until(() -> pending() >= 2);
        } finally {
            Platform.startKafka();
        }

        try (var topic = new TopicReader(kafka.clients(), Topics.ACCOUNTS)) {
            await().atMost(LIMIT).until(() -> topic.valuesOf(id).size() >= 2);
            assertThat(Json.read(topic.valuesOf(id).getLast().orElseThrow(), Directory.Account.class)
                            .active())
                    .isFalse();
            await().atMost(LIMIT).until(() -> pending() == 0);
        }
    }

    @Test
    void withoutItsDatabaseTheServiceSaysSoAndRecovers() {
        var id = Api.newAccount("Before the database went");
        Platform.stopPostgres();
        try {
            Api.expectProblem(Api.admin().get("/v1/accounts").then(), 503);
            Api.expectProblem(Api.verify("apikey", Platform.BOOTSTRAP_KEY), 503);
            given().get("/q/health/ready").then().statusCode(503);
        } finally {
            Platform.startPostgres();
        }

        Api.setStatus(id, "suspended");
        given().get("/q/health/ready").then().statusCode(200);
        try (var topic = new TopicReader(kafka.clients(), Topics.ACCOUNTS)) {
            await().atMost(LIMIT).until(() -> topic.valuesOf(id).size() >= 2);
        }
    }

    private static double pending() {
        var metrics = given().get("/q/metrics").then().extract().asString();
        return metrics.lines()
                .filter(line -> line.startsWith("milena_auth_outbox_pending "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    private static Directory.Account account(String id, String status) {
        return new Directory.Account(
                id,
                "Followed",
                status,
                true,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.of("opportunistic"),
                Optional.of("normal"),
                List.of(),
                Optional.empty(),
                List.of());
    }
}
