package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Story;
import io.milena.topics.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** TLS rules of a recipient's domain or of an account hold; mail for which they cannot be met waits, and says why. */
@Told
class TransportSecurityIT {
    static final String ENFORCE = "version: STSv1\r\nmode: enforce\r\nmx: mx.%s\r\nmax_age: 86400\r\n";

    @Test
    void aDomainThatDnssecVouchesForIsMetByDane(Story story) throws IOException {
        story.stage().dns().prove("dane.test");
        var mx = story.stage().exchangerFor("dane.test");
        story.stage().tlsa("mx.dane.test", true);

        var delivered = story.outcomes().await(sent(story, "dane.test"), "reader@dane.test", Outcome.Type.DELIVERED);

        assertThat(delivered.connection().tlsPolicy()).hasValue("dane");
        assertThat(delivered.connection().tls().orElseThrow()).startsWith("TLSv1.3");
        assertThat(delivered.connection().tlsFailure()).isEmpty();
        assertThat(mx.receivedFor("reader@dane.test")).hasSize(1);
    }

    @Test
    void aHostOfAnotherKeyGetsNothingUntilDnsVouchesForIt(Story story) throws IOException {
        story.stage().dns().prove("rolled.test");
        var mx = story.stage().exchangerFor("rolled.test");
        story.stage().tlsa("mx.rolled.test", false);

        var id = sent(story, "rolled.test");
        var deferred = story.outcomes().await(id, "reader@rolled.test", Outcome.Type.DEFERRED);
        assertThat(deferred.status()).isEqualTo("4.7.5");
        assertThat(deferred.connection().tlsPolicy()).hasValue("dane");
        assertThat(deferred.connection().tlsFailure()).hasValue("validation-failure");
        assertThat(mx.receivedFor("reader@rolled.test")).isEmpty();

        story.stage().tlsa("mx.rolled.test", true);
        story.outcomes().await(id, "reader@rolled.test", Outcome.Type.DELIVERED);
    }

    @Test
    void tlsaRecordsThatAreKeptBackStopTheMail(Story story) throws IOException {
        story.stage().dns().prove("silent.test").breakName(story.stage().tlsaName("mx.silent.test"));
        story.stage().exchangerFor("silent.test");

        var deferred = story.outcomes().await(sent(story, "silent.test"), "reader@silent.test", Outcome.Type.DEFERRED);

        assertThat(deferred.connection().tlsFailure()).hasValue("dnssec-invalid");
    }

    @Test
    void aPublishedPolicyIsFetchedAndObeyed(Story story) throws IOException {
        story.stage().exchangerFor("sts.test");
        story.stage().policy("sts.test", "1", ENFORCE.formatted("sts.test"));

        var delivered = story.outcomes().await(sent(story, "sts.test"), "reader@sts.test", Outcome.Type.DELIVERED);

        assertThat(delivered.connection().tlsPolicy()).hasValue("sts");
        assertThat(delivered.connection().tlsFailure()).isEmpty();
    }

    @Test
    void mailThatNeedsTlsWaitsWhereThereIsNone(Story story) throws IOException {
        var mx = story.stage().exchangerFor("plain.test").withoutStartTls();
        var api = story.platform().api();
        var account = api.createAccount("Needs TLS").id();
        api.request()
                .body("{\"tls\":\"require\"}")
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200);
        var key = api.createApiKey(account);

        // The account's rule reaches delivery separately: until then its mail goes like any other.
        await().untilAsserted(() -> {
            try (var client = story.platform().client(key.username(), key.secret())) {
                var recipient = "careful@plain.test";
                var id = client.send("app@sender.test", List.of(recipient), content(recipient))
                        .queueId();
                await().until(() -> !story.outcomes().of(id, recipient).isEmpty());
                var outcome = story.outcomes().of(id, recipient).getFirst();
                assertThat(outcome.status()).isEqualTo("4.7.4");
                assertThat(outcome.connection().tlsPolicy()).hasValue("require");
                assertThat(outcome.connection().tlsFailure()).hasValue("starttls-not-supported");
            }
        });

        var delivered = story.outcomes().await(sent(story, "plain.test"), "reader@plain.test", Outcome.Type.DELIVERED);
        assertThat(delivered.connection().tls()).isEmpty();
        assertThat(delivered.connection().tlsPolicy()).hasValue("opportunistic");
        assertThat(mx.receivedFor("reader@plain.test")).hasSize(1);
    }

    @Test
    void aMessageThatRequiresTlsComesBackWhereNothingProvesTheHost(Story story) throws IOException {
        var mx = story.stage().exchangerFor("unproved.test");
        var recipient = "reader@unproved.test";
        String id;
        try (var client = story.platform().client()) {
            var content = content(recipient);
            id = client.sendWith(
                            "MAIL FROM:<app@sender.test> REQUIRETLS", List.of("RCPT TO:<" + recipient + ">"), content)
                    .queueId();
        }

        var bounced = story.outcomes().awaitEnd(id, recipient);

        assertThat(bounced.type()).isEqualTo(Outcome.Type.BOUNCED);
        assertThat(bounced.status()).isEqualTo("5.7.30");
        assertThat(bounced.connection().tlsPolicy()).hasValue("requiretls");
        assertThat(mx.receivedFor(recipient)).isEmpty();
    }

    private static String sent(Story story, String domain) throws IOException {
        var recipient = "reader@" + domain;
        return story.platform().submit("app@sender.test", List.of(recipient), content(recipient));
    }

    private static byte[] content(String recipient) {
        return Content.of("app@sender.test", recipient, "Hello", "Text.\n");
    }
}
