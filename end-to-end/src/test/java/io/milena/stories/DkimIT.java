package io.milena.stories;

import static io.milena.stories.harness.MilenaCommand.milena;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.milena.stories.harness.Api;
import io.milena.stories.harness.Content;
import io.milena.stories.harness.Ed25519Dkim;
import io.milena.stories.harness.ReceivedMail;
import io.milena.stories.harness.ScriptedMx;
import io.milena.stories.harness.Stage;
import io.milena.stories.harness.Story;
import io.milena.topics.Directory;
import io.milena.topics.Json;
import io.milena.topics.Outcome;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.jdkim.exceptions.FailException;
import org.apache.james.jdkim.impl.DNSPublicKeyRecordRetriever;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.SimpleResolver;

/** A domain's owner publishes the records that the API lists; other implementations then verify our signatures. */
@Told
class DkimIT {
    static final String SPACES_AND_EMPTY_LINES = "Some  text \t with   spaces \r\n\r\n.dots\r\n Grüße\r\n\r\n\r\n";

    private final AtomicInteger recipients = new AtomicInteger();

    @Test
    void bothSignaturesHoldBeforeOtherImplementations(Story story)
            throws IOException, FailException, GeneralSecurityException {
        var mail = signed(story, "signed.test", SPACES_AND_EMPTY_LINES.getBytes(UTF_8));

        assertThat(mail.header("DKIM-Signature"))
                .hasSize(2)
                .allSatisfy(value -> assertThat(Ed25519Dkim.tags(value))
                        .containsEntry("d", "signed.test")
                        .containsEntry("c", "relaxed/relaxed"));
        assertVerifiedByJames(story.stage(), mail.content(), "signed.test");
        assertThat(verifiedAsEd25519(story, mail.content())).isTrue();
    }

    @Test
    void aLargeBodyIsSignedAsWell(Story story) throws IOException, FailException, GeneralSecurityException {
        var mail = signed(story, "large.signed.test", (SPACES_AND_EMPTY_LINES.repeat(20_000)).getBytes(UTF_8));

        assertVerifiedByJames(story.stage(), mail.content(), "large.signed.test");
        assertThat(verifiedAsEd25519(story, mail.content())).isTrue();
    }

    @Test
    void whatAHostIsSentInSevenBitsIsSignedSo(Story story) throws IOException, FailException, GeneralSecurityException {
        for (int times : new int[] {1, 20_000}) {
            var domain = "x" + times + ".seven-bit.signed.test";
            var mx = story.stage().exchangerFor("reader." + domain).withoutEightBitMime();
            var mail = signed(
                    story, domain, mx, SPACES_AND_EMPTY_LINES.repeat(times).getBytes(UTF_8));

            assertThat(mail.header("DKIM-Signature")).hasSize(2);
            assertThat(mail.header("Content-Transfer-Encoding")).containsExactly("quoted-printable");
            assertVerifiedByJames(story.stage(), mail.content(), domain);
            assertThat(verifiedAsEd25519(story, mail.content())).isTrue();
        }
    }

    @Test
    void aChangeOnTheWayIsSeen(Story story) throws IOException, GeneralSecurityException {
        var mail = signed(story, "tampered.test", "Pay 10 to Anna.\r\n".getBytes(UTF_8));
        var body = new String(mail.content(), UTF_8).replace("Pay 10", "Pay 99").getBytes(UTF_8);
        var subject = new String(mail.content(), UTF_8)
                .replace("Subject: Signed", "Subject: Forged")
                .getBytes(UTF_8);

        for (var changed : List.of(body, subject)) {
            assertThat(verifiedAsEd25519(story, changed)).isFalse();
            assertThatThrownBy(() -> assertVerifiedByJames(story.stage(), changed, "tampered.test"))
                    .isInstanceOf(FailException.class);
        }
    }

    @Test
    void aPrivateKeyIsNoUseToReadersOfTheLogAndMailWaitsUntilItsKeyCanBeUsed(Story story) throws Exception {
        var domain = "sealed.test";
        var mx = story.stage().exchangerFor("reader." + domain);
        signed(story, domain, mx, "sealed\r\n".getBytes(UTF_8));
        var log = Files.readString(
                story.platform().data().resolve("kafka-1/directory.signing-keys-0/00000000000000000000.log"),
                ISO_8859_1);
        assertThat(log).contains("\"sealed.test\"", "\"privateKey\":\"v1:k1:");
        // So begins the base64 of any PKCS#8.
        assertThat(log).doesNotContain("\"privateKey\":\"M");

        // Somebody writes to the topic: the keys of another domain, which were signed with before.
        signed(story, "donor.test", "donor\r\n".getBytes(UTF_8));
        var key = story.platform().api().createApiKey(ownerOf(story, domain));
        publishKeysOf(story, "donor.test", domain);
        var recipient = "waits@reader." + domain;
        var id = await().until(
                        () -> {
                            submit(story, key, domain, recipient, "waits\r\n".getBytes(UTF_8));
                            return story.outcomes().all().stream()
                                    .filter(outcome -> outcome.recipient().equals(recipient))
                                    .filter(outcome -> outcome.status().equals("4.7.5"))
                                    .findFirst();
                        },
                        Optional::isPresent)
                .orElseThrow();
        assertThat(id.type()).isEqualTo(Outcome.Type.DEFERRED);
        assertThat(id.reply().orElseThrow())
                .contains("cannot be signed for sealed.test", "was not encrypted with the key k1 for this domain");
        var health = story.platform().api().anonymous().get("/q/health/well").asString();
        assertThat(health).contains("delivery: DKIM keys are usable", "mail of 1 domain(s) waits");

        var again = milena(story.platform(), "keys", "reencrypt");
        assertThat(again.out()).contains("private keys encrypted with k1 now; ");
        assertThat(again.code()).isZero();
        story.outcomes().await(id.id(), recipient, Outcome.Type.DELIVERED);
        assertThat(mx.awaitMailFor(recipient).header("DKIM-Signature")).hasSize(2);
        assertVerifiedByJames(story.stage(), mx.awaitMailFor(recipient).content(), domain);
        assertThat(milena(story.platform(), "keys").out()).containsPattern("k1 +\\d+ +encrypts");
    }

    private static String ownerOf(Story story, String domain) {
        return story.platform()
                .api()
                .request()
                .get("/v1/accounts")
                .then()
                .extract()
                .path("items.find { it.name == 'owner of " + domain + "' }.id");
    }

    private static void publishKeysOf(Story story, String donor, String domain) throws Exception {
        var clients = KafkaClients.of(story.platform().kafka(), Map.of());
        var partition = new TopicPartition(Topics.SIGNING_KEYS, 0);
        try (var reader = clients.reader(Map.of());
                var producer = clients.producer(Map.of())) {
            reader.assign(List.of(partition));
            reader.seekToBeginning(List.of(partition));
            long end = reader.endOffsets(List.of(partition)).get(partition);
            byte[] stolen = new byte[0];
            while (reader.position(partition) < end) {
                for (var record : reader.poll(Duration.ofMillis(100))) {
                    if (new String(record.key(), UTF_8).equals(donor)) {
                        stolen = record.value();
                    }
                }
            }
            // With the account of the domain's owner: delivery must not look at the name alone.
            var keys = Json.read(stolen, Directory.SigningKeys.class);
            var moved = new Directory.SigningKeys(domain, Optional.of(ownerOf(story, domain)), keys.keys());
            producer.send(new ProducerRecord<>(Topics.SIGNING_KEYS, domain.getBytes(UTF_8), Json.write(moved)))
                    .get();
        }
    }

    @Test
    void nobodySendsFromADomainOfSomeoneElse(Story story) throws IOException {
        signed(story, "owner.test", "mine\r\n".getBytes(UTF_8));
        var to = List.of("reader@owner.test");
        var stranger = story.platform().api().createAccount("stranger");
        var key = story.platform().api().createApiKey(stranger.id());

        try (var client = story.platform().client(key.username(), key.secret())) {
            var mail = Content.of("app@owner.test", to.getFirst(), "Not mine", "Text.\n");
            assertThat(client.send("app@owner.test", to, mail).mail().text())
                    .isEqualTo("5.7.1 The reverse-path names owner.test, which another account has verified"
                            + " [domain-of-another]");
            assertThat(client.send("", to, mail).end().text())
                    .isEqualTo("5.7.1 From names owner.test, which another account has verified [domain-of-another]");
        }
    }

    /** Creates the domain, publishes its records, and submits until the keys have reached delivery. */
    private ReceivedMail signed(Story story, String domain, byte[] body) throws IOException {
        return signed(story, domain, story.stage().exchangerFor("reader." + domain), body);
    }

    private ReceivedMail signed(Story story, String domain, ScriptedMx mx, byte[] body) throws IOException {
        var api = story.platform().api();
        var account = api.createAccount("owner of " + domain);
        var key = api.createApiKey(account.id());
        for (var record : api.createDomain(account.id(), domain)) {
            if (record.type().equals("TXT")) {
                story.stage().dns().txt(record.name(), record.value());
            }
        }
        return await().until(
                        () -> submitAndAwait(story, key, domain, mx, body),
                        mail -> !mail.header("DKIM-Signature").isEmpty());
    }

    private ReceivedMail submitAndAwait(Story story, Api.Credential key, String domain, ScriptedMx mx, byte[] body)
            throws IOException {
        var recipient = "r" + recipients.incrementAndGet() + "@reader." + domain;
        submit(story, key, domain, recipient, body);
        return mx.awaitMailFor(recipient);
    }

    private static void submit(Story story, Api.Credential key, String domain, String recipient, byte[] body)
            throws IOException {
        var sender = "app@" + domain;
        // A new account reaches ingest through the directory, a moment later.
        try (var client = await().ignoreExceptions()
                .until(() -> story.platform().client(key.username(), key.secret()), opened -> true)) {
            client.send(sender, List.of(recipient), Content.of(sender, recipient, "Signed", body))
                    .queueId();
        }
    }

    static void assertVerifiedByJames(Stage stage, byte[] content, String domain) throws IOException, FailException {
        var verifier = new DKIMVerifier(new DNSPublicKeyRecordRetriever(resolver(stage)));
        assertThat(verifier.verify(new ByteArrayInputStream(content)))
                .extracting(signature -> signature.getDToken().toString())
                .contains(domain);
    }

    private static boolean verifiedAsEd25519(Story story, byte[] content) throws IOException, GeneralSecurityException {
        var field = Ed25519Dkim.fields(content).stream()
                .filter(raw -> raw.startsWith("DKIM-Signature:") && raw.contains("ed25519-sha256"))
                .findFirst()
                .orElseThrow();
        var tags = Ed25519Dkim.tags(field.substring(field.indexOf(':') + 1));
        try {
            var records = new DNSPublicKeyRecordRetriever(resolver(story.stage()))
                    .getRecords("dns/txt", tags.get("s"), tags.get("d"));
            return Ed25519Dkim.verify(content, field, records.getFirst());
        } catch (FailException e) {
            throw new AssertionError("the key is not published", e);
        }
    }

    private static SimpleResolver resolver(Stage stage) throws UnknownHostException {
        return new SimpleResolver(stage.dns().socketAddress());
    }
}
