package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Outcomes;
import io.milena.stories.harness.Platform;
import io.milena.stories.harness.SmtpClient;
import io.milena.stories.harness.Stage;
import io.milena.topics.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * With a return domain every message has a return address of its own (VERP); a bounce report that comes to it later
 * becomes an outcome.
 */
@Told
class ReturnAddressIT {

    @Test
    void aReportThatComesBackBecomesAnOutcome() throws IOException {
        try (var stage = Stage.open();
                var platform = stage.platform("return-address")
                        .set("milena.return-domain", "returns.milena.test")
                        .set("milena.return-secret", "a secret of the tests, long enough")
                        .start();
                var outcomes = Outcomes.of(platform)) {
            var mx = stage.exchangerFor("later.test");
            var id = platform.submit(
                    "app@sender.test",
                    List.of("reader@later.test"),
                    Content.of("app@sender.test", "reader@later.test", "Later", "Text.\n"));
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
            assertOnlyIssuedAddressesAreServed(platform, mail.reversePath());
        }
    }

    private static void assertOnlyIssuedAddressesAreServed(Platform platform, String issued) throws IOException {
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
