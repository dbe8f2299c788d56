package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Dsn;
import io.milena.stories.harness.Story;
import io.milena.topics.Outcome;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A permanent refusal comes back to the sender's own MX as a report for a person and a program. */
@Told
class BouncedIT {

    @Test
    void aRefusedRecipientIsReportedToTheSender(Story story) throws IOException, MessagingException {
        var senders = story.stage().exchangerFor("sender.bounced.test");
        var recipients = story.stage().exchangerFor("bounced.test");
        var content = Content.of("app@sender.bounced.test", "550@bounced.test", "Invoice 7", "Text.\n");

        String id;
        try (var client = story.platform().client()) {
            id = client.sendWith(
                            "MAIL FROM:<app@sender.bounced.test> RET=HDRS ENVID=QQ314159",
                            List.of(
                                    "RCPT TO:<550@bounced.test> ORCPT=rfc822;list@bounced.test",
                                    "RCPT TO:<fine@bounced.test>"),
                            content)
                    .queueId();
        }

        assertThat(recipients.awaitMailFor("fine@bounced.test").forwardPaths()).containsExactly("fine@bounced.test");
        var outcome = story.outcomes().await(id, "550@bounced.test", Outcome.Type.BOUNCED);
        assertThat(outcome.status()).isEqualTo("5.1.1");
        assertThat(outcome.reply().orElseThrow()).startsWith("550 5.1.1");

        var mail = senders.awaitMailFor("app@sender.bounced.test");
        assertThat(mail.reversePath())
                .as("RFC 5321 §4.5.5: a report is sent from nobody")
                .isEmpty();
        assertThat(mail.header("Auto-Submitted")).containsExactly("auto-replied");
        assertThat(mail.header("To").getFirst()).contains("app@sender.bounced.test");
        var dsn = Dsn.of(mail);
        assertThat(dsn.text()).contains("550@bounced.test").contains("answered as scripted");
        assertThat(Dsn.field(dsn.perMessage(), "Reporting-MTA")).contains("dns; milena.test");
        assertThat(Dsn.field(dsn.perMessage(), "Original-Envelope-Id")).contains("QQ314159");
        assertThat(dsn.perRecipient()).hasSize(1);
        var refused = dsn.of("550@bounced.test");
        assertThat(Dsn.field(refused, "Original-Recipient").orElseThrow()).matches("rfc822; ?list@bounced.test");
        assertThat(Dsn.field(refused, "Action")).contains("failed");
        assertThat(Dsn.field(refused, "Status")).contains("5.1.1");
        assertThat(Dsn.field(refused, "Remote-MTA").orElseThrow()).contains("mx.bounced.test");
        assertThat(Dsn.field(refused, "Diagnostic-Code").orElseThrow()).startsWith("smtp; 550 5.1.1");
        assertThat(dsn.original()).contains("Subject: Invoice 7");
    }

    @Test
    void nobodyIsToldWhoDidNotWantToKnow(Story story) throws IOException {
        var senders = story.stage().exchangerFor("sender.never.test");
        story.stage().exchangerFor("never.test");
        var content = Content.of("app@sender.never.test", "550@never.test", "Quiet", "Text.\n");
        try (var client = story.platform().client()) {
            var quiet = client.sendWith(
                            "MAIL FROM:<app@sender.never.test>",
                            List.of("RCPT TO:<550+quiet@never.test> NOTIFY=NEVER"),
                            content)
                    .queueId();
            story.outcomes().await(quiet, "550+quiet@never.test", Outcome.Type.BOUNCED);
            // A wanted report, sent afterwards, shows when an unwanted one would have come.
            client.send("app@sender.never.test", List.of("550+loud@never.test"), content);
        }

        senders.awaitMailFor("app@sender.never.test");
        assertThat(senders.received()).hasSize(1);
        assertThat(new String(senders.received().getFirst().content(), StandardCharsets.UTF_8))
                .contains("550+loud@never.test");
    }

    @Test
    void aReportThatIsRefusedIsNotReported(Story story) throws IOException {
        var senders = story.stage().exchangerFor("refusing.sender.test");
        story.stage().exchangerFor("refused.test");
        var content = Content.of("550@refusing.sender.test", "550@refused.test", "Twice", "Text.\n");

        var id = story.platform().submit("550@refusing.sender.test", List.of("550@refused.test"), content);

        story.outcomes().await(id, "550@refused.test", Outcome.Type.BOUNCED);
        await().until(() -> story.outcomes().all().stream()
                .anyMatch(outcome -> outcome.recipient().equals("550@refusing.sender.test")
                        && outcome.type().terminal()));
        assertThat(senders.received()).isEmpty();
        assertThat(senders.attempts("550@refusing.sender.test")).isEqualTo(1);
    }
}
