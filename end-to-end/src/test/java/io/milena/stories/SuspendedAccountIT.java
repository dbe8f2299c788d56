package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.SmtpClient;
import io.milena.stories.harness.Story;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A suspended account is refused, also in open sessions; after it is activated, it is served again. */
@Told
class SuspendedAccountIT {

    @Test
    void aSuspendedAccountIsRefusedUntilItIsActiveAgain(Story story) throws IOException {
        var mx = story.stage().exchangerFor("suspended.test");
        var api = story.platform().api();
        var account = api.createAccount("to be suspended");
        var key = api.createApiKey(account.id());
        try (var client = story.platform().client(key.username(), key.secret())) {
            assertThat(send(client, "before@suspended.test")).isEqualTo(250);
            mx.awaitMailFor("before@suspended.test");

            assertThat(api.setStatus(account.id(), "suspended").status()).isEqualTo("suspended");

            await().untilAsserted(() ->
                    assertThat(send(client, "during@suspended.test")).isBetween(500, 559));
            assertThat(authenticate(story, key.username(), key.secret())).isBetween(500, 559);
        }

        api.setStatus(account.id(), "active");

        await().untilAsserted(() ->
                assertThat(authenticate(story, key.username(), key.secret())).isEqualTo(235));
        try (var client = story.platform().client(key.username(), key.secret())) {
            assertThat(send(client, "after@suspended.test")).isEqualTo(250);
        }
        mx.awaitMailFor("after@suspended.test");
    }

    @Test
    void aRevokedCredentialIsRefused(Story story) throws IOException {
        var api = story.platform().api();
        var account = api.createAccount("with a revoked credential");
        var key = api.createApiKey(account.id());
        assertThat(authenticate(story, key.username(), key.secret())).isEqualTo(235);

        api.request()
                .delete("/v1/accounts/{id}/credentials/{credential}", account.id(), key.id())
                .then()
                .statusCode(204);

        await().untilAsserted(() ->
                assertThat(authenticate(story, key.username(), key.secret())).isEqualTo(535));
    }

    private static int send(SmtpClient client, String to) throws IOException {
        var content = Content.of("app@sender.test", to, "Suspended?", "Text.\n");
        var code = client.send("app@sender.test", List.of(to), content).end().code();
        client.command("RSET");
        return code;
    }

    private static int authenticate(Story story, String username, String password) throws IOException {
        try (var client = SmtpClient.connect(story.platform().smtp())) {
            client.ehlo();
            client.startTls();
            return client.authPlain(username, password).code();
        }
    }
}
