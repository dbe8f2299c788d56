package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Dsn;
import io.milena.stories.harness.ReceivedMail;
import io.milena.stories.harness.ScriptedMx;
import io.milena.stories.harness.Story;
import io.milena.topics.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One message to many recipients, with the longest possible replies or parameters: mail of others arrives, and each
 * recipient gets a terminal outcome.
 */
@Told
class OneMessageStopsNobodyIT {
    /** A reply of the largest provider, and a little longer. */
    private static final List<String> NINE_LINES = List.of(
            "5.7.26 Your email has been blocked because the sender is unauthenticated.",
            "5.7.26 This provider requires all senders to authenticate with either SPF or DKIM.",
            "5.7.26",
            "5.7.26  Authentication results:",
            "5.7.26  DKIM = did not pass, since there was no signature in the message at all",
            "5.7.26  SPF [sender.newsletter.test] with ip: [192.0.2.1] = did not pass",
            "5.7.26",
            "5.7.26  For instructions on setting up authentication, go to",
            "5.7.26  https://support.example/mail/answer/81126#authentication d2e1a72fcca58-7f0b6bsi1234567b3a.123 - gsmtp");

    /** Three octets of UTF-8 in the client's form: one char each. */
    private static final String EURO = new String("€".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    /** 128 lines of 2,048 octets: the longest that a reply may have. */
    private static final List<String> LONGEST =
            Collections.nCopies(128, "5.1.1 " + "n".repeat(2048 - "550-5.1.1 ".length()));

    @ParameterizedTest
    @ValueSource(strings = {"550-dot", "550-rcpt"})
    void aThousandRecipientsAreRefusedWithALongReply(String script, Story story) throws Exception {
        var domain = "newsletter" + script + ".test";
        var senders = story.stage().exchangerFor("sender." + domain);
        story.stage().exchangerFor(domain).refusingWith(NINE_LINES);
        var recipients = recipients(script, domain, 1000);
        var content = Content.of("app@sender." + domain, "list@" + domain, "Newsletter", "News.\n");

        var id = story.platform().submit("app@sender." + domain, recipients, content);
        expectOrdinaryMail(story, domain);

        awaitReports(senders, recipients);
        var outcome = story.outcomes().await(id, recipients.getLast(), Outcome.Type.BOUNCED);
        assertThat(outcome.status()).isEqualTo("5.7.26");
        assertThat(outcome.reply().orElseThrow()).contains("unauthenticated").contains("gsmtp");
    }

    @Test
    void aHostileHostTalksAsLongAsItMay(Story story) throws Exception {
        var domain = "hostile.test";
        var senders = story.stage().exchangerFor("sender." + domain);
        story.stage().exchangerFor(domain).refusingWith(LONGEST);
        var recipients = recipients("550-rcpt", domain, 3);
        var content = Content.of("app@sender." + domain, "list@" + domain, "Hello", "Text.\n");

        var id = story.platform().submit("app@sender." + domain, recipients, content);
        expectOrdinaryMail(story, domain);

        awaitReports(senders, recipients);
        var outcome = story.outcomes().await(id, recipients.getFirst(), Outcome.Type.BOUNCED);
        assertThat(outcome.reply().orElseThrow().length()).isBetween(1900, 2048);
        assertThat(outcome.reply().orElseThrow()).startsWith("550 5.1.1 nnn").contains("octets left out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"451-once", "451-tenfold"})
    void aWideEnvelopeIsDeferred(String script, Story story) throws Exception {
        var domain = "wide" + script + ".test";
        var mx = story.stage()
                .exchangerFor(domain)
                .refusingWith(NINE_LINES.stream()
                        .map(line -> line.replace("5.7.26", "4.7.26"))
                        .toList());
        var recipients = recipients(script, domain, 974);
        var content = Content.of("app@sender.test", "list@" + domain, "Wide", "Text.\n");

        try (var client = story.platform().client()) {
            var sent = client.sendWith(
                    "MAIL FROM:<app@sender.test> SMTPUTF8",
                    recipients.stream()
                            .map(recipient -> "RCPT TO:<" + recipient + "> ORCPT=utf-8;" + EURO.repeat(60))
                            .toList(),
                    content);
            assertThat(sent.rcpts())
                    .allSatisfy(answer -> assertThat(answer.code()).isEqualTo(250));
            assertThat(sent.end().code()).isEqualTo(250);
        }
        expectOrdinaryMail(story, domain);

        awaitOnce(mx, recipients);
    }

    @Test
    void whatDoesNotFitIsRefusedInTheSessionAndWhatIsTakenArrives(Story story) throws Exception {
        var domain = "widest.test";
        var mx = story.stage().exchangerFor(domain);
        var recipients = recipients("451-once", domain, 974);
        var content = Content.of(
                "app@sender.test", "list@" + domain, "Widest", "x".repeat(60) + "\n" + "Text.\n".repeat(40_000));

        List<String> taken = new ArrayList<>();
        try (var client = story.platform().client()) {
            var sent = client.sendWith(
                    "MAIL FROM:<app@sender.test> SMTPUTF8",
                    recipients.stream()
                            .map(recipient -> "RCPT TO:<" + recipient + "> ORCPT=utf-8;" + EURO.repeat(494))
                            .toList(),
                    content);
            for (int i = 0; i < recipients.size(); i++) {
                var answer = sent.rcpts().get(i);
                if (answer.code() == 250) {
                    taken.add(recipients.get(i));
                } else {
                    assertThat(answer.toString()).contains("452").contains("4.5.3");
                }
            }
            assertThat(taken).hasSizeBetween(300, 973);
            assertThat(sent.end().code()).isEqualTo(250);
        }
        expectOrdinaryMail(story, domain);

        awaitOnce(mx, taken);
    }

    private static List<String> recipients(String script, String domain, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> script + "+r" + i + "@" + domain)
                .toList();
    }

    /** Submits mail behind it to another domain. */
    private static void expectOrdinaryMail(Story story, String beside) throws IOException {
        var domain = "beside." + beside;
        var mx = story.stage().exchangerFor(domain);
        var content = Content.of("app@sender.test", "ben@" + domain, "Ordinary", "Text.\n");

        var id = story.platform().submit("app@sender.test", List.of("ben@" + domain), content);

        mx.awaitMailFor("ben@" + domain);
        story.outcomes().await(id, "ben@" + domain, Outcome.Type.DELIVERED);
    }

    private static void awaitReports(ScriptedMx senders, List<String> recipients) {
        await("a report of each")
                .untilAsserted(
                        () -> assertThat(reported(senders.received())).containsExactlyInAnyOrderElementsOf(recipients));
    }

    private static List<String> reported(List<ReceivedMail> reports) throws Exception {
        var reported = new ArrayList<String>();
        for (var report : reports) {
            for (var recipient : Dsn.of(report).perRecipient()) {
                reported.add(
                        Dsn.field(recipient, "Final-Recipient").orElseThrow().replaceFirst("^[^;]*; *", ""));
            }
        }
        return reported;
    }

    private static void awaitOnce(ScriptedMx mx, List<String> recipients) {
        await("all arrive")
                .until(() -> mx.received().stream()
                                .mapToInt(mail -> mail.forwardPaths().size())
                                .sum()
                        >= recipients.size());
        assertThat(mx.received())
                .flatExtracting(ReceivedMail::forwardPaths)
                .containsExactlyInAnyOrderElementsOf(recipients);
    }
}
