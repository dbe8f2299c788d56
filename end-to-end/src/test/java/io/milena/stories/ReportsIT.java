package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Dsn;
import io.milena.stories.harness.Story;
import io.milena.topics.Outcome;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Reports to the sender of mail that has not failed: that it waits, and that it was passed on to a host that will not
 * report (RFC 3461).
 */
@Told
class ReportsIT {

    @Test
    void whoAsksForSuccessIsToldByUsOnlyWhereTheHostWillNotTell(Story story) throws IOException, MessagingException {
        var senders = story.stage().exchangerFor("sender.relayed.test");
        var silent = story.stage().exchangerFor("silent.relayed.test").offering("PIPELINING", "8BITMIME");
        var reporting = story.stage().exchangerFor("reporting.relayed.test");
        var content = Content.of("app@sender.relayed.test", "one@silent.relayed.test", "Invoice 8", "Text.\n");

        String id;
        try (var client = story.platform().client()) {
            id = client.sendWith(
                            "MAIL FROM:<app@sender.relayed.test> RET=FULL ENVID=QQ8",
                            List.of(
                                    "RCPT TO:<two@reporting.relayed.test> NOTIFY=SUCCESS,FAILURE",
                                    "RCPT TO:<unasked@silent.relayed.test>",
                                    "RCPT TO:<one@silent.relayed.test> NOTIFY=SUCCESS ORCPT=rfc822;first@relayed.test"),
                            content)
                    .queueId();
        }

        assertThat(reporting.awaitMailFor("two@reporting.relayed.test").rcptLines())
                .containsExactly("RCPT TO:<two@reporting.relayed.test> NOTIFY=FAILURE,SUCCESS");
        silent.awaitMailFor("one@silent.relayed.test");
        story.outcomes().await(id, "two@reporting.relayed.test", Outcome.Type.DELIVERED);
        var mail = senders.awaitMailFor("app@sender.relayed.test");
        assertThat(mail.reversePath()).isEmpty();
        assertThat(mail.header("Subject")).containsExactly("Your message was passed on");
        var dsn = Dsn.of(mail);
        assertThat(dsn.text()).contains("will not report").contains("250 2.0.0 taken");
        assertThat(Dsn.field(dsn.perMessage(), "Original-Envelope-Id")).contains("QQ8");
        assertThat(dsn.perRecipient()).hasSize(1);
        var relayed = dsn.of("one@silent.relayed.test");
        assertThat(Dsn.field(relayed, "Original-Recipient").orElseThrow()).matches("rfc822; ?first@relayed.test");
        assertThat(Dsn.field(relayed, "Action")).contains("relayed");
        assertThat(Dsn.field(relayed, "Status")).contains("2.0.0");
        assertThat(Dsn.field(relayed, "Remote-MTA").orElseThrow()).contains("mx.silent.relayed.test");
        assertThat(dsn.original()).contains("Subject: Invoice 8").doesNotContain("Text.");
        assertThat(senders.received()).hasSize(1);
    }

    @Test
    void aDelayIsToldOnce(Story story) throws IOException, MessagingException {
        var senders = story.stage().exchangerFor("sender.delayed.test");
        var mx = story.stage().exchangerFor("delayed.test");
        var content = Content.of("app@sender.delayed.test", "451-always@delayed.test", "Invoice 9", "Text.\n");

        String id;
        try (var client = story.platform().client()) {
            id = client.sendWith(
                            "MAIL FROM:<app@sender.delayed.test>",
                            List.of(
                                    "RCPT TO:<451-always@delayed.test>",
                                    "RCPT TO:<451-always+quiet@delayed.test> NOTIFY=FAILURE"),
                            content)
                    .queueId();
        }

        var mail = senders.awaitMailFor("app@sender.delayed.test");
        assertThat(mail.header("Subject")).containsExactly("Your message has not been delivered yet");
        var dsn = Dsn.of(mail);
        assertThat(dsn.text()).contains("answered as scripted").contains("need not send it again");
        assertThat(dsn.perRecipient()).hasSize(1);
        var delayed = dsn.of("451-always@delayed.test");
        assertThat(Dsn.field(delayed, "Action")).contains("delayed");
        assertThat(Dsn.field(delayed, "Status")).contains("4.3.0");
        assertThat(Dsn.field(delayed, "Will-Retry-Until")).isPresent();
        // It is retried, and no second report comes before that of another recipient's failure two attempts later.
        int tried = mx.attempts("451-always@delayed.test");
        await().until(() -> mx.attempts("451-always@delayed.test") >= tried + 2);
        try (var client = story.platform().client()) {
            client.send("app@sender.delayed.test", List.of("550@delayed.test"), content);
        }
        await().until(() -> senders.received().size() >= 2);
        assertThat(senders.received())
                .extracting(report -> report.header("Subject").getFirst())
                .containsExactly("Your message has not been delivered yet", "Your message could not be delivered");
        assertThat(story.outcomes().of(id, "451-always@delayed.test"))
                .extracting(Outcome::type)
                .containsOnly(Outcome.Type.DEFERRED);
    }
}
