package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.stories.harness.Answer;
import io.milena.stories.harness.ScramClient;
import io.milena.stories.harness.SmtpClient;
import io.milena.stories.harness.Story;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Logins whose secret is never sent, bound to the TLS connection if the client can. */
@Told
class ScramIT {
    /** A login over a connection. */
    private interface Login {
        Answer over(SmtpClient client) throws IOException, GeneralSecurityException;
    }

    private static Answer login(Story story, Login login) throws IOException, GeneralSecurityException {
        try (var client = SmtpClient.connect(story.platform().smtp())) {
            client.ehlo();
            client.startTls();
            var answer = login.over(client);
            // Client and server are in step, whatever the result.
            assertThat(client.command("NOOP").code()).isEqualTo(250);
            return answer;
        }
    }

    private static byte[] exporter(SmtpClient client) throws IOException {
        return client.tls().exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32);
    }

    @Test
    void aPasswordAndAnApiKeyLogInWithAndWithoutChannelBinding(Story story)
            throws IOException, GeneralSecurityException {
        var api = story.platform().api();
        var account = api.createAccount("Scram").id();
        var key = api.createApiKey(account);
        String password = api.request()
                .body(Map.of("type", "password", "username", "printer@scram.test"))
                .post("/v1/accounts/{id}/credentials", account)
                .then()
                .statusCode(201)
                .extract()
                .path("secret");

        for (var scram : new ScramClient[] {
            new ScramClient("printer@scram.test", password), new ScramClient(key.username(), key.secret())
        }) {
            assertThat(login(story, scram::login).code()).isEqualTo(235);
            assertThat(login(story, client -> scram.loginBound(client, "tls-exporter", exporter(client)))
                            .code())
                    .isEqualTo(235);
            assertThat(login(story, client -> scram.loginBound(client, "tls-server-end-point", certificateHash(client)))
                            .code())
                    .isEqualTo(235);
        }
        var wrong = new ScramClient("printer@scram.test", "wrong");
        assertThat(login(story, wrong::login).code()).isEqualTo(535);
        var nobody = new ScramClient("nobody@scram.test", password);
        assertThat(login(story, nobody::login).code()).isEqualTo(535);
    }

    @Test
    void aLoginThatIsBoundToAnotherConnectionIsRefused(Story story) throws IOException, GeneralSecurityException {
        var login = story.platform().credentials();
        var scram = new ScramClient(login.username(), login.password());
        try (var other = SmtpClient.connectTls(story.platform().smtpTls())) {
            var elsewhere = exporter(other);
            assertThat(login(story, client -> scram.loginBound(client, "tls-exporter", elsewhere))
                            .code())
                    .isEqualTo(535);
        }
    }

    private static byte[] certificateHash(SmtpClient client) throws IOException, GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256")
                .digest(client.tls().getPeerCertificates()[0].getEncoded());
    }
}
