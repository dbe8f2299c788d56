package io.milena.auth;

import static io.milena.auth.Api.admin;
import static io.milena.auth.Api.expectProblem;
import static io.milena.auth.Api.publish;
import static io.milena.auth.Api.registerDomain;
import static io.milena.auth.Api.verifyDomain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.milena.auth.dkim.KeyFiles;
import io.milena.topics.Directory;
import io.milena.topics.Json;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaSettings;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One key is exchanged for another, and at no time does a key sign whose record is not in DNS, or none at all. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class KeyRotationTest {
    @Inject
    KafkaSettings kafka;

    @Test
    void aNewKeySignsWhenItsRecordWasSeenAndTheOldOneUntilItIsRemoved() {
        var account = Api.newAccount("Rotator");
        publish(registerDomain(account, Map.of("name", "rotated.example")).statusCode(201), "verification", "dkim");
        verifyDomain(account, "rotated.example").statusCode(200).body("dkim.signing", contains(true, true));

        var added = add(account, "rotated.example", Map.of("selector", "m2r", "algorithm", "rsa"))
                .statusCode(201)
                .body("dkim.selector", contains("m1r", "m2r", "m1e"))
                .body("dkim.signing", contains(true, false, true))
                .body("records.name", hasItem("m2r._domainkey.rotated.example"));
        verifyDomain(account, "rotated.example").statusCode(200).body("dkim.signing", contains(true, false, true));

        publish(added, "dkim");
        verifyDomain(account, "rotated.example").statusCode(200).body("dkim.signing", contains(true, true, true));
        remove(account, "rotated.example", "m1r").statusCode(204);

        try (var topic = new TopicReader(kafka.clients(), Topics.SIGNING_KEYS)) {
            await().until(() -> topic.valuesOf("rotated.example").size() >= 5);
            assertThat(topic.valuesOf("rotated.example"))
                    .map(KeyRotationTest::selectors)
                    .containsExactly(
                            List.of(),
                            List.of("m1r", "m1e"),
                            List.of("m1r", "m1e"),
                            List.of("m1r", "m2r", "m1e"),
                            List.of("m2r", "m1e"));
        }
    }

    @Test
    void theLastKeyThatSignsStays() {
        var account = Api.newAccount("Last");
        var key = Map.of("selector", "only", "privateKey", KeyFiles.RSA_PKCS8);
        publish(
                registerDomain(account, Map.of("name", "last.example", "dkim", List.of(key)))
                        .statusCode(201),
                "verification",
                "dkim");
        verifyDomain(account, "last.example").statusCode(200);
        add(account, "last.example", Map.of("selector", "waits", "privateKey", KeyFiles.ED25519_PKCS8))
                .statusCode(201);

        expectProblem(remove(account, "last.example", "only"), 409).body("code", equalTo("last-key"));
        remove(account, "last.example", "waits").statusCode(204);
        expectProblem(remove(account, "last.example", "waits"), 404);
    }

    @Test
    void aRecordThatIsWrittenInAnotherWayIsSeen() {
        var account = Api.newAccount("Speller");
        publish(register(account, "spelled.example", "one"), "verification");
        Platform.dns()
                .txt(
                        "one._domainkey.spelled.example",
                        "p=" + KeyFiles.RSA_PUBLIC.substring(0, 40) + "  " + KeyFiles.RSA_PUBLIC.substring(40)
                                + " ; s=email;t=s; h=sha1:sha256;");
        verifyDomain(account, "spelled.example").statusCode(200).body("dkim.signing", contains(true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v=DKIM1; k=rsa; p=",
                "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A",
                "v=DKIM1; k=ed25519; p=%s",
                "v=DKIM2; k=rsa; p=%s",
                "v=DKIM1; h=sha1; p=%s",
                "v=DKIM1; s=other; p=%s",
                "an SPF record, or a wildcard's"
            })
    void aRecordThatIsNotOfThisKeyIsNotTakenForIt(String text) {
        var account = Api.newAccount("Mistaken");
        var name = "r" + Integer.toHexString(text.hashCode()) + ".mistaken.example";
        publish(register(account, name, "one"), "verification");
        Platform.dns().txt("one._domainkey." + name, text.formatted(KeyFiles.RSA_PUBLIC));

        verifyDomain(account, name)
                .statusCode(200)
                .body("verified", equalTo(true))
                .body("dkim.signing", contains(false));
    }

    @Test
    void aKeyIsGivenOrMade() {
        var account = Api.newAccount("Giver of keys");
        register(account, "given.keys.example", "one");
        for (var wrong : List.of(
                Map.of("selector", "two"),
                Map.of("selector", "two", "algorithm", "rsa", "privateKey", KeyFiles.RSA_PKCS8),
                Map.of("selector", "two", "algorithm", "dsa"),
                Map.of("selector", "TWO", "algorithm", "rsa"),
                Map.of("algorithm", "rsa"),
                Map.of("selector", "two", "privateKey", "c2VjcmV0LWJ1dC1ub3QtYS1rZXk="))) {
            var text = expectProblem(add(account, "given.keys.example", wrong), 400)
                    .extract()
                    .asString();
            assertThat(text).doesNotContain("c2VjcmV0");
        }
        expectProblem(add(account, "given.keys.example", Map.of("selector", "one", "algorithm", "ed25519")), 409)
                .body("detail", equalTo("the selector is taken"));
        expectProblem(add(account, "none.keys.example", Map.of("selector", "one", "algorithm", "ed25519")), 404);
        add(account, "given.keys.example", Map.of("selector", "two", "algorithm", "ed25519"))
                .statusCode(201)
                .body("dkim.algorithm", contains("rsa", "ed25519"));
    }

    @Test
    void thereAreNotAnyNumberOfKeys() {
        var account = Api.newAccount("Collector");
        register(account, "many.example", "s0");
        for (int i = 1; i < 10; i++) {
            add(account, "many.example", Map.of("selector", "s" + i, "algorithm", "ed25519"))
                    .statusCode(201);
        }
        expectProblem(add(account, "many.example", Map.of("selector", "s10", "algorithm", "ed25519")), 409);
    }

    private static ValidatableResponse register(String account, String name, String selector) {
        return registerDomain(
                        account,
                        Map.of(
                                "name",
                                name,
                                "dkim",
                                List.of(Map.of("selector", selector, "privateKey", KeyFiles.RSA_PKCS8))))
                .statusCode(201);
    }

    private static ValidatableResponse add(String account, String name, Map<String, String> key) {
        return admin().body(key)
                .post("/v1/accounts/{account}/domains/{name}/dkim", account, name)
                .then();
    }

    private static ValidatableResponse remove(String account, String name, String selector) {
        return admin().delete("/v1/accounts/{account}/domains/{name}/dkim/{selector}", account, name, selector)
                .then();
    }

    private static List<String> selectors(Optional<byte[]> value) {
        return Json.read(value.orElseThrow(), Directory.SigningKeys.class).keys().stream()
                .map(Directory.SigningKey::selector)
                .toList();
    }
}
