package io.milena.delivery.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.delivery.KeyPairs;
import io.milena.delivery.TestBroker;
import io.milena.mail.DkimSigner;
import io.milena.topics.Directory;
import io.milena.topics.Json;
import io.milena.topics.KeyEncryption;
import io.milena.topics.Topics;
import io.milena.topics.kafka.ServiceHealth;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys as auth-service publishes them, at a real broker: encrypted, by an older version, tampered with, moved. */
class DirectorySignersTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String FIRST = KeyEncryption.newEntry("k1");
    private static final String SECOND = KeyEncryption.newEntry("k2");
    private static final String PRIVATE_KEY = Base64.getEncoder()
            .encodeToString(KeyPairs.of("Ed25519").getPrivate().getEncoded());

    private TestBroker broker;

    @BeforeEach
    void startABroker() throws Exception {
        broker = TestBroker.fresh();
    }

    @AfterEach
    void giveItBack() {
        broker.close();
    }

    @Test
    void encryptedKeysSignForTheirAccountOnly() throws Exception {
        owns("a1", "own.example");
        publish("own.example", keys("a1", "own.example", sealed(FIRST, "a1", "own.example")));

        try (var signers = started(FIRST)) {
            assertThat(signers.of("a1", "own.example"))
                    .extracting(DkimSigner::domain)
                    .containsExactly("own.example");
            assertThat(signers.of("a2", "own.example")).isEmpty();
            assertThat(signers.problem()).isEmpty();
        }
    }

    @Test
    void aRecordOfAVersionBeforeIsRead() throws Exception {
        owns("a1", "old.example");
        publish(
                "old.example",
                "{\"domain\":\"old.example\",\"keys\":[{\"selector\":\"s\",\"algorithm\":\"ed25519\",\"privateKey\":\""
                        + PRIVATE_KEY + "\"}]}");

        for (var setting : List.of("", FIRST)) {
            try (var signers = started(setting)) {
                assertThat(signers.of("a1", "old.example")).hasSize(1);
            }
        }
    }

    @Test
    void aKeyThatCannotBeReadIsNoReasonToSendUnsigned() throws Exception {
        for (var domain : List.of("tampered.example", "moved.example", "unknown.example", "broken.example")) {
            owns("a1", domain);
        }
        var sealed = sealed(FIRST, "a1", "moved-from.example");
        var own = sealed(FIRST, "a1", "tampered.example");
        var tampered = own.substring(0, 20) + (own.charAt(20) == 'A' ? 'B' : 'A') + own.substring(21);
        publish("tampered.example", keys("a1", "tampered.example", tampered));
        publish("moved.example", keys("a1", "moved.example", sealed));
        publish("unknown.example", keys("a1", "unknown.example", sealed(SECOND, "a1", "unknown.example")));
        publish("broken.example", keys("a1", "broken.example", "bm8ga2V5"));

        try (var signers = started(FIRST)) {
            for (var domain : List.of("tampered.example", "moved.example")) {
                assertThatThrownBy(() -> signers.of("a1", domain))
                        .isInstanceOf(UnusableKeyException.class)
                        .hasMessageContaining("was not encrypted with the key k1 for this domain, or was changed");
            }
            assertThatThrownBy(() -> signers.of("a1", "unknown.example"))
                    .hasMessageContaining("encrypted with the key k2, which milena.keys.encryption does not have");
            assertThatThrownBy(() -> signers.of("a1", "broken.example"))
                    .hasMessageEndingWith("it is no ed25519 key")
                    .message()
                    .doesNotContain("bm8ga2V5");
            assertThat(signers.of("a2", "unknown.example"))
                    .as("another account's mail was never signed with it")
                    .isEmpty();
            assertThat(signers.unusable()).isEqualTo(4);
            assertThat(signers.problem().orElseThrow()).startsWith("mail of 4 domain(s) waits");

            // The operator encrypts anew, with a key that delivery has.
            for (var domain : List.of("tampered.example", "moved.example", "unknown.example", "broken.example")) {
                publish(domain, keys("a1", domain, sealed(FIRST, "a1", domain)));
            }
            await().atMost(LIMIT).until(() -> signers.problem().isEmpty());
            assertThat(signers.of("a1", "unknown.example")).hasSize(1);
        }
    }

    @Test
    void anExchangedKeyIsReadWhileBothAreConfigured() throws Exception {
        owns("a1", "own.example");
        publish("own.example", keys("a1", "own.example", sealed(FIRST, "a1", "own.example")));
        publish("own.example", keys("a1", "own.example", sealed(SECOND, "a1", "own.example")));

        for (var setting : List.of(SECOND + "," + FIRST, SECOND)) {
            try (var signers = started(setting)) {
                assertThat(signers.of("a1", "own.example")).hasSize(1);
            }
        }
    }

    private DirectorySigners started(String encryption) {
        var signers = new DirectorySigners(
                broker.clients(),
                new ServiceHealth("test", new SimpleMeterRegistry()),
                KeyEncryption.parse(encryption),
                Optional.empty());
        signers.start();
        return signers;
    }

    private static String sealed(String encryption, String account, String domain) {
        return KeyEncryption.parse(encryption).seal(new KeyEncryption.Owner(account, domain, "s"), PRIVATE_KEY);
    }

    private static String keys(String account, String domain, String privateKey) {
        return text(new Directory.SigningKeys(
                domain, Optional.of(account), List.of(new Directory.SigningKey("s", "ed25519", privateKey))));
    }

    private void owns(String account, String domain) throws Exception {
        send(Topics.DOMAINS, domain, text(new Directory.Domain(domain, account, true)));
    }

    private void publish(String domain, String value) throws Exception {
        send(Topics.SIGNING_KEYS, domain, value);
    }

    private void send(String topic, String key, String value) throws Exception {
        try (var producer = broker.clients().producer(Map.of())) {
            producer.send(new ProducerRecord<>(
                            topic, key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }

    private static String text(Object record) {
        return new String(Json.write(record), StandardCharsets.UTF_8);
    }
}
