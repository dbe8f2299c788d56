package io.milena.stories;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Outcomes;
import io.milena.stories.harness.Platform;
import io.milena.stories.harness.SmtpClient;
import io.milena.stories.harness.Stage;
import io.milena.topics.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.james.jdkim.exceptions.FailException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A platform with settings that the shared one of the other stories does not have. */
@Told
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SettingsIT {
    private final Stage stage = Stage.open();
    private final KeyPair key = rsa();
    private Platform platform;
    private Outcomes outcomes;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        var file = Files.writeString(
                directory.resolve("dkim.pem"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(key.getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        platform = stage.platform("settings")
                .set("milena.return-domain", "returns.milena.test")
                .set("milena.return-secret", "a secret of the tests, long enough")
                .set("milena.dkim.domain", "platform.test")
                .set("milena.dkim.selector", "p1")
                .set("milena.dkim.private-key", file.toString())
                .set("milena.delivery.web-networks", "192.0.2.0/24")
                .start();
        outcomes = Outcomes.of(platform);
    }

    @AfterAll
    void end() throws IOException {
        if (platform != null) {
            outcomes.close();
            platform.close();
        }
        stage.close();
    }

    /** Every message has a return address of its own (VERP). */
    @Test
    void aReportThatComesBackToAReturnAddressBecomesAnOutcome() throws IOException {
        var mx = stage.exchangerFor("later.test");
        var id = submit("app@sender.test", "reader@later.test");
        var mail = mx.awaitMailFor("reader@later.test");
        assertThat(mail.reversePath()).endsWith("@returns.milena.test").contains(id);
        outcomes.await(id, "reader@later.test", Outcome.Type.DELIVERED);

        // As another host would send it: without AUTH, from the null reverse-path, to the return address.
        try (var remote = SmtpClient.connect(platform.smtp())) {
            remote.ehlo();
            var sent = remote.send("", List.of(mail.reversePath()), report("reader@later.test"));
            assertThat(sent.end().code()).as(sent.toString()).isEqualTo(250);
        }

        var bounced = outcomes.await(id, "reader@later.test", Outcome.Type.BOUNCED);
        assertThat(bounced.status()).isEqualTo("5.2.2");
        assertThat(bounced.reply().orElseThrow()).contains("mailbox full");
        assertOnlyIssuedAddressesAreServed(mail.reversePath());
    }

    @Test
    void aDomainWithoutAKeyIsSignedInThePlatformsName() throws IOException, FailException {
        stage.dns()
                .txt(
                        "p1._domainkey.platform.test",
                        "v=DKIM1; k=rsa; p="
                                + Base64.getEncoder()
                                        .encodeToString(key.getPublic().getEncoded()));
        var mx = stage.exchangerFor("reader.test");

        platform.submit(
                "app@keyless.test",
                List.of("r@reader.test"),
                Content.of(
                        "app@keyless.test", "r@reader.test", "Signed", DkimIT.SPACES_AND_EMPTY_LINES.getBytes(UTF_8)));

        var mail = mx.awaitMailFor("r@reader.test");
        assertThat(mail.header("DKIM-Signature")).hasSize(1);
        DkimIT.assertVerifiedByJames(stage, mail.content(), "platform.test");
    }

    /** Mail may go to loopback here, but that a stranger's DNS leads there opens no web server inside to requests. */
    @Test
    void aPolicyIsNotAskedForInsideWhereOnlyMailMayGo() throws IOException {
        var mx = stage.exchangerFor("inside.test");
        stage.policy("inside.test", "1", TransportSecurityIT.ENFORCE.formatted("inside.test"));

        var id = submit("app@sender.test", "reader@inside.test");
        var delivered = outcomes.await(id, "reader@inside.test", Outcome.Type.DELIVERED);

        assertThat(delivered.connection().tlsPolicy()).isNotEqualTo(Optional.of("sts"));
        assertThat(mx.receivedFor("reader@inside.test")).hasSize(1);
        assertThat(stage.policyRequests()).isZero();
    }

    private String submit(String from, String to) throws IOException {
        return platform.submit(from, List.of(to), Content.of(from, to, "Set otherwise", "Text.\n"));
    }

    private static KeyPair rsa() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertOnlyIssuedAddressesAreServed(String issued) throws IOException {
        try (var remote = SmtpClient.connect(platform.smtp())) {
            remote.ehlo();
            var forged = issued.replaceFirst("[a-z2-7](?=@)", "1");
            assertThat(remote.send("", List.of(forged), report("x@y.test"))
                            .end()
                            .code())
                    .isBetween(500, 559);
            assertThat(remote.send("", List.of("anyone@returns.milena.test"), report("x@y.test"))
                            .end()
                            .code())
                    .isBetween(500, 559);
        }
    }

    private static byte[] report(String recipient) {
        return """
                From: MAILER-DAEMON@mx.later.test
                To: <>
                Subject: Undelivered
                Date: Mon, 1 Jun 2026 12:05:00 +0000
                Message-ID: <report@mx.later.test>
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

                --b1
                Content-Type: text/plain

                The mailbox is full.
                --b1
                Content-Type: message/delivery-status

                Reporting-MTA: dns; mx.later.test

                Final-Recipient: rfc822; %s
                Action: failed
                Status: 5.2.2
                Diagnostic-Code: smtp; 552 5.2.2 mailbox full

                --b1--
                """.formatted(recipient).replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
