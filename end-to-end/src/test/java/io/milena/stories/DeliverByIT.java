package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Dsn;
import io.milena.stories.harness.Story;
import io.milena.topics.Outcome;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mail with a deadline (DELIVERBY, RFC 2852): passed on with it, returned at it, or reported at it. */
@Told
class DeliverByIT {

    @Test
    void aHostThatKnowsOfDeadlinesIsToldWhatIsLeft(Story story) throws IOException {
        var mx = story.stage().exchangerFor("knows.deadline.test").offering("DSN", "DELIVERBY 30");

        submit(story, "app@sender.test", "BY=600;R", "RCPT TO:<one@knows.deadline.test>");

        assertThat(mx.awaitMailFor("one@knows.deadline.test").mailLine()).matches("MAIL FROM:<.*> BY=(600|5\\d\\d);R");
    }

    @Test
    void whatIsToComeBackAtItsTimeIsGivenToNobodyElse(Story story) throws IOException, MessagingException {
        var senders = story.stage().exchangerFor("sender.ignorant.test");
        var mx = story.stage().exchangerFor("ignorant.test");

        var id = submit(story, "app@sender.ignorant.test", "BY=600;R", "RCPT TO:<one@ignorant.test>");

        var outcome = story.outcomes().await(id, "one@ignorant.test", Outcome.Type.BOUNCED);
        assertThat(outcome.status()).isEqualTo("5.4.7");
        var dsn = Dsn.of(senders.awaitMailFor("app@sender.ignorant.test"));
        assertThat(Dsn.field(dsn.of("one@ignorant.test"), "Action")).contains("failed");
        assertThat(Dsn.field(dsn.of("one@ignorant.test"), "Status")).contains("5.4.7");
        assertThat(Dsn.field(dsn.perMessage(), "Deliver-By-Date")).isPresent();
        assertThat(mx.received()).isEmpty();
    }

    @Test
    void whatIsToComeBackDoesSoWhenItsTimeIsOver(Story story) throws IOException, MessagingException {
        var senders = story.stage().exchangerFor("sender.overdue.test");
        var mx = story.stage().exchangerFor("overdue.test").offering("DELIVERBY");

        // A slow machine's second attempt comes after 2 seconds, and would make the report of a delay.
        var id = submit(story, "app@sender.overdue.test", "BY=4;R", "RCPT TO:<451-always@overdue.test> NOTIFY=FAILURE");

        var end = story.outcomes().awaitEnd(id, "451-always@overdue.test");
        assertThat(end.type()).isEqualTo(Outcome.Type.EXPIRED);
        assertThat(end.status()).isEqualTo("5.4.7");
        // At 0, 1 and 3 seconds; on a slow machine fewer.
        assertThat(mx.attempts("451-always@overdue.test")).isBetween(1, 4);
        var dsn = Dsn.of(senders.awaitMailFor("app@sender.overdue.test"));
        assertThat(dsn.text()).contains("or returned");
        assertThat(Dsn.field(dsn.of("451-always@overdue.test"), "Status")).contains("5.4.7");
        assertThat(senders.received()).hasSize(1);
    }

    @Test
    void whoOnlyWantsToBeToldIsToldOfTheDelayAndWhoTookIt(Story story) throws IOException, MessagingException {
        var senders = story.stage().exchangerFor("sender.slow.test");
        story.stage().exchangerFor("slow.test");

        var id = submit(story, "app@sender.slow.test", "BY=3;N", "RCPT TO:<451-always@slow.test>");

        var delayed = Dsn.of(senders.awaitMailFor("app@sender.slow.test")).of("451-always@slow.test");
        assertThat(Dsn.field(delayed, "Action")).contains("delayed");
        assertThat(Dsn.field(delayed, "Status")).contains("4.4.7");
        assertThat(Dsn.field(delayed, "Diagnostic-Code").orElseThrow()).startsWith("smtp; 451");
        assertThat(story.outcomes().of(id, "451-always@slow.test"))
                .extracting(Outcome::type)
                .containsOnly(Outcome.Type.DEFERRED);
    }

    @Test
    void aHostThatDoesNotKnowTakesItAndTheSenderLearnsThat(Story story) throws IOException, MessagingException {
        var senders = story.stage().exchangerFor("sender.unaware.test");
        var mx = story.stage().exchangerFor("unaware.test");

        submit(
                story,
                "app@sender.unaware.test",
                "BY=600;N",
                "RCPT TO:<one@unaware.test>",
                "RCPT TO:<two@unaware.test> NOTIFY=NEVER");

        var taken = mx.awaitMailFor("one@unaware.test");
        assertThat(taken.mailLine()).doesNotContain("BY=");
        assertThat(taken.rcptLines())
                .containsExactly(
                        "RCPT TO:<one@unaware.test> NOTIFY=DELAY,FAILURE", "RCPT TO:<two@unaware.test> NOTIFY=NEVER");
        var dsn = Dsn.of(senders.awaitMailFor("app@sender.unaware.test"));
        assertThat(dsn.perRecipient()).hasSize(1);
        assertThat(Dsn.field(dsn.of("one@unaware.test"), "Action")).contains("relayed");
        assertThat(dsn.text()).contains("does not know by when");
    }

    private static String submit(Story story, String from, String by, String... rcpts) throws IOException {
        var content = Content.of(from, "you@deadline.test", "Soon", "Text.\n");
        try (var client = story.platform().client()) {
            return client.sendWith("MAIL FROM:<" + from + "> " + by, List.of(rcpts), content)
                    .queueId();
        }
    }
}
