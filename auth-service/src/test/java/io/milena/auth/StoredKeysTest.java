package io.milena.auth;

import static io.milena.auth.Api.admin;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;

import io.milena.auth.dkim.KeyFiles;
import io.milena.auth.store.DomainKeys;
import io.milena.topics.Directory;
import io.milena.topics.Json;
import io.milena.topics.KeyEncryption;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaSettings;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** DKIM private keys in PostgreSQL, in the outbox and on the topic: nobody can use one without a key of the setting. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class StoredKeysTest {
    private static final String PEM_LINES =
            KeyFiles.RSA_PKCS8.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");

    @Inject
    KafkaSettings kafka;

    @Inject
    DataSource database;

    @Inject
    DomainKeys keys;

    @Test
    void neitherTheDatabaseNorTheTopicHoldsAPrivateKey() throws Exception {
        // Kept by the database, which deletes outbox rows once they are published.
        execute("create table if not exists auth.seen_outbox as select * from auth.outbox where false");
        execute("create or replace rule keep as on insert to auth.outbox do also"
                + " insert into auth.seen_outbox (topic, key, value) values (new.topic, new.key, new.value)");
        String account;
        try {
            account = register("secret.keys.example");
        } finally {
            execute("drop rule keep on auth.outbox");
        }
        try (var topic = new TopicReader(kafka.clients(), Topics.SIGNING_KEYS)) {
            await().until(() -> !published(topic, "secret.keys.example").isEmpty());

            var places = new ArrayList<String>();
            places.addAll(texts("select private_key from auth.dkim_key where domain = 'secret.keys.example'"));
            places.addAll(texts("select value from auth.seen_outbox where key = 'secret.keys.example'"));
            topic.valuesOf("secret.keys.example")
                    .forEach(value -> places.add(new String(value.orElseThrow(), StandardCharsets.UTF_8)));

            assertThat(places).hasSizeGreaterThanOrEqualTo(4).allSatisfy(StoredKeysTest::holdsNothingOfTheKey);
            var key = published(topic, "secret.keys.example").getLast().keys().getFirst();
            assertThat(Platform.KEYS.open(
                            new KeyEncryption.Owner(account, "secret.keys.example", "s"), key.privateKey()))
                    .isEqualTo(PEM_LINES);
        } finally {
            execute("drop table auth.seen_outbox");
        }
    }

    private static void holdsNothingOfTheKey(String text) {
        for (int i = 0; i + 16 <= PEM_LINES.length(); i += 16) {
            assertThat(text).doesNotContain(PEM_LINES.substring(i, i + 16));
        }
        var octets = new String(Base64.getDecoder().decode(PEM_LINES), StandardCharsets.ISO_8859_1);
        assertThat(text).doesNotContain("PRIVATE KEY", octets.substring(0, 20));
    }

    @Test
    void aKeyThatAVersionBeforeLeftInClearIsEncryptedAtTheStart() throws Exception {
        register("clear.keys.example");
        store("clear.keys.example", PEM_LINES);

        keys.encryptThoseInClear();

        var stored = stored("clear.keys.example");
        assertThat(stored).startsWith("v1:k2:");
        try (var topic = new TopicReader(kafka.clients(), Topics.SIGNING_KEYS)) {
            await().until(() -> published(topic, "clear.keys.example").stream()
                    .flatMap(published -> published.keys().stream())
                    .anyMatch(key -> key.privateKey().equals(stored)));
        }
        keys.encryptThoseInClear();
        assertThat(stored("clear.keys.example")).as("once only").isEqualTo(stored);
    }

    @Test
    void aKeyIsExchanged() throws Exception {
        var account = register("exchanged.keys.example");
        var owner = new KeyEncryption.Owner(account, "exchanged.keys.example", "s");
        store("exchanged.keys.example", KeyEncryption.parse(Platform.OLD_KEY).seal(owner, PEM_LINES));
        admin().get("/v1/signing-keys")
                .then()
                .statusCode(200)
                .body("current", equalTo("k2"))
                .body("keys.key", contains("k1", "k2"))
                .body("keys[0].privateKeys", equalTo(1))
                .body("keys.configured", contains(true, true));

        reencrypt().body("encrypted", equalTo(1)).body("unreadable", empty());

        var stored = stored("exchanged.keys.example");
        assertThat(stored).startsWith("v1:k2:");
        assertThat(Platform.KEYS.open(owner, stored)).isEqualTo(PEM_LINES);
        reencrypt().body("encrypted", equalTo(0)).body("unchanged", greaterThan(0));
        assertThat(stored("exchanged.keys.example")).isEqualTo(stored);
        admin().get("/v1/signing-keys").then().body("keys[0].privateKeys", equalTo(0));
        await().until(() -> admin().get("/v1/signing-keys").path("unpublished").equals(0));
        try (var topic = new TopicReader(kafka.clients(), Topics.SIGNING_KEYS)) {
            // All domains are published, each time.
            await().until(() -> published(topic, "exchanged.keys.example").stream()
                            .filter(value -> value.keys().stream()
                                    .anyMatch(key -> key.privateKey().equals(stored)))
                            .count()
                    == 2);
        }
    }

    @Test
    void aKeyThatCannotBeReadIsNamedAndLeftAlone() throws Exception {
        var account = register("broken.keys.example");
        var elsewhere = new KeyEncryption.Owner(account, "other.keys.example", "s");
        var unknown = "v1:lost:" + Base64.getEncoder().encodeToString(new byte[60]);
        try {
            for (var text : List.of(Platform.KEYS.seal(elsewhere, PEM_LINES), unknown)) {
                store("broken.keys.example", text);

                reencrypt()
                        .body("unreadable.domain", contains("broken.keys.example"))
                        .body("unreadable.selector", contains("s"))
                        .body("unreadable.account", contains(account));

                assertThat(stored("broken.keys.example")).isEqualTo(text);
            }
            admin().get("/v1/signing-keys")
                    .then()
                    .body("keys.find { it.key == 'lost' }.configured", equalTo(false))
                    .body("keys.key", hasItem("lost"));
        } finally {
            admin().delete("/v1/accounts/{account}/domains/broken.keys.example", account)
                    .then()
                    .statusCode(204);
        }
    }

    @Test
    void onlyTheAdministratorSeesAndExchangesKeys() {
        given().get("/v1/signing-keys").then().statusCode(401);
        given().post("/v1/signing-keys/reencrypt").then().statusCode(401);
    }

    private static io.restassured.response.ValidatableResponse reencrypt() {
        return admin().post("/v1/signing-keys/reencrypt").then().statusCode(200).body("current", equalTo("k2"));
    }

    /** A domain whose key, {@code s}, signs; the answer is its account. */
    private static String register(String name) {
        var account = Api.newAccount("Owner of keys");
        Api.publish(
                Api.registerDomain(
                                account,
                                Map.of(
                                        "name",
                                        name,
                                        "dkim",
                                        List.of(Map.of("selector", "s", "privateKey", KeyFiles.RSA_PKCS8))))
                        .statusCode(201),
                "verification",
                "dkim");
        Api.verifyDomain(account, name).statusCode(200).body("dkim.signing", contains(true));
        return account;
    }

    private static List<Directory.SigningKeys> published(TopicReader topic, String domain) {
        return topic.valuesOf(domain).stream()
                .flatMap(value -> value.stream())
                .map(value -> Json.read(value, Directory.SigningKeys.class))
                .filter(value -> !value.keys().isEmpty())
                .toList();
    }

    private void store(String domain, String privateKey) throws SQLException {
        try (var connection = database.getConnection();
                var statement =
                        connection.prepareStatement("update auth.dkim_key set private_key = ? where domain = ?")) {
            statement.setString(1, privateKey);
            statement.setString(2, domain);
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
    }

    private String stored(String domain) throws SQLException {
        return texts("select private_key from auth.dkim_key where domain = '" + domain + "'")
                .getFirst();
    }

    private List<String> texts(String query) throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            var texts = new ArrayList<String>();
            while (row.next()) {
                texts.add(row.getString(1));
            }
            return texts;
        }
    }

    private void execute(String sql) throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
