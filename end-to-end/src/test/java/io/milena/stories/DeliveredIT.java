package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.SmtpClient;
import io.milena.stories.harness.Story;
import io.milena.topics.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An application submits a message; the recipient's MX gets it, over TLS since it offers TLS. */
@Told
class DeliveredIT {

    @Test
    void aMessageReachesTheRecipientsExchanger(Story story) throws IOException {
        var mx = story.stage().exchangerFor("delivered.test");
        var content = Content.of("app@sender.test", "reader@delivered.test", "Hello", "One line.\nAnother.\n");

        var id = story.platform().submit("app@sender.test", List.of("reader@delivered.test"), content);

        var mail = mx.awaitMailFor("reader@delivered.test");
        assertThat(mail.reversePath()).isEqualTo("app@sender.test");
        assertThat(mail.forwardPaths()).containsExactly("reader@delivered.test");
        assertThat(mail.body()).isEqualTo(Content.body(content));
        assertThat(mail.header("Subject")).containsExactly("Hello");
        assertThat(mail.header("Received").getFirst()).contains(id).contains("milena.test");
        assertThat(mail.tls()).as("STARTTLS is used where it is offered").isPresent();

        var outcome = story.outcomes().await(id, "reader@delivered.test", Outcome.Type.DELIVERED);
        assertThat(outcome.status()).isEqualTo("2.0.0");
        assertThat(outcome.reply()).contains("250 2.0.0 taken");
        assertThat(outcome.connection().remoteMta()).contains("mx.delivered.test");
        assertThat(outcome.connection().remoteAddress()).contains(mx.host());
        assertThat(outcome.connection().tls().orElseThrow()).startsWith("TLSv1.3");
        assertThat(outcome.attempt()).isEqualTo(1);
    }

    @Test
    void whatAMessageLacksIsAddedAndBccIsTakenOut(Story story) throws IOException {
        var mx = story.stage().exchangerFor("completed.test");
        var content = "From: app@sender.test\r\nBcc: hidden@completed.test\r\nSubject: bare\r\n\r\nHi\r\n"
                .getBytes(StandardCharsets.US_ASCII);

        story.platform().submit("app@sender.test", List.of("hidden@completed.test"), content);

        var mail = mx.awaitMailFor("hidden@completed.test");
        assertThat(mail.header("Bcc")).isEmpty();
        assertThat(mail.header("Date")).hasSize(1);
        assertThat(mail.header("Message-ID")).hasSize(1);
        assertThat(mail.headerSection()).doesNotContain("hidden@completed.test");
    }

    @Test
    void oneSessionCarriesMessagesInPipelinesAndWithTlsFromTheStart(Story story) throws IOException {
        var mx = story.stage().exchangerFor("pipelined.test");
        var credentials = story.platform().credentials();
        try (var client = SmtpClient.connectTls(story.platform().smtpTls())) {
            client.ehlo();
            assertThat(client.authPlain(credentials.username(), credentials.password())
                            .code())
                    .isEqualTo(235);
            for (int i = 0; i < 5; i++) {
                var to = "r" + i + "@pipelined.test";
                var content = Content.of("app@sender.test", to, "number " + i, "text\n");
                assertThat(client.sendPipelined("app@sender.test", List.of(to), content)
                                .end()
                                .code())
                        .isEqualTo(250);
            }
            assertThat(client.command("QUIT").code()).isEqualTo(221);
        }

        for (int i = 0; i < 5; i++) {
            assertThat(mx.awaitMailFor("r" + i + "@pipelined.test").header("Subject"))
                    .containsExactly("number " + i);
        }
    }

    @Test
    void nobodyRelaysWithoutAuthentication(Story story) throws IOException {
        try (var client = SmtpClient.connect(story.platform().smtp())) {
            assertThat(client.ehlo().text())
                    .as("AUTH is offered under TLS only")
                    .doesNotContain("AUTH");
            var sent = client.send("app@sender.test", List.of("x@delivered.test"), Content.of("a", "b", "c", "d\n"));
            assertThat(sent.end().code()).isBetween(500, 559);
        }
    }
}
