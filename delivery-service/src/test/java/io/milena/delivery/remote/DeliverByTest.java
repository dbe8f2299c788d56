package io.milena.delivery.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.topics.Envelope.DeliverBy;
import io.milena.topics.Envelope.DeliverBy.Mode;
import io.milena.topics.Recipient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A message with a deadline, given to hosts with and without DELIVERBY (RFC 2852 §4.1.4). */
class DeliverByTest {
    private static final Path TRANSCRIPTS = Path.of("src/test/resources/deliver-by");
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    @Test
    void aHostThatKnowsIsToldWhatIsLeftOfTheTime() throws Exception {
        assertThat(given("passed-on", 600, Mode.RETURN, true)).containsOnly("taken, with its deadline");
        assertThat(given("passed-on-at-last", 0.1, Mode.RETURN, false)).containsOnly("taken, with its deadline");
        assertThat(given("passed-on-late", -5, Mode.NOTIFY, false)).containsOnly("taken, with its deadline");
    }

    @Test
    void whatIsToComeBackIsNotGivenToAHostThatDoesNotKnow() throws Exception {
        assertThat(given("not-given", 600, Mode.RETURN, false)).containsOnly("failed 5.4.7");
    }

    @Test
    void norToOneThatWantsMoreTimeThanThereIs() throws Exception {
        assertThat(given("wants-more-time", 599, Mode.RETURN, false)).containsOnly("failed 5.4.7");
        assertThat(given("wants-no-time", 0, Mode.RETURN, false)).containsOnly("failed 5.4.7");
    }

    @Test
    void aHostThatDoesNotKnowIsAskedForReportsOfDelayInstead() throws Exception {
        assertThat(given("asked-for-delay", 600, Mode.NOTIFY, false)).containsOnly("taken");
    }

    @Test
    void butNotOnceTheTimeIsOver() throws Exception {
        assertThat(given("asked-as-the-sender-did", 0, Mode.NOTIFY, false)).containsOnly("taken");
    }

    private static List<String> given(String transcript, double secondsLeft, Mode mode, boolean trace)
            throws Exception {
        var wish = new DeliverBy(NOW.plusMillis((long) (secondsLeft * 1000)), mode, trace);
        try (var mx = new MxTranscript(TRANSCRIPTS.resolve(transcript + ".smtp"), false)) {
            var opened = (Opening.Ready) Opening.open(Meeting.of(List.of()).hop(mx.host()), RemoteSessionTest.SETTINGS);
            var result = opened.session().send(mail(new TimeLeft(wish, InstantSource.fixed(NOW))), 100);
            opened.session().quit();
            mx.awaitPlayed();
            return ((RemoteSession.Settled) result)
                    .results().stream().map(DeliverByTest::words).toList();
        }
    }

    private static String words(RecipientResult result) {
        return switch (result) {
            case RecipientResult.Delivered delivered ->
                delivered.takenOver().deadline() ? "taken, with its deadline" : "taken";
            case RecipientResult.Discarded discarded -> "discarded";
            case RecipientResult.NotDelivered(var recipient, var cause) ->
                (cause.permanent() ? "failed " : "deferred ") + cause.status();
        };
    }

    private static MailTransaction mail(TimeLeft timeLeft) {
        byte[] content = "Subject: soon\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        return new MailTransaction(
                "sender@example.org",
                false,
                List.of(
                        Recipient.of("one@example.com"),
                        new Recipient("two@example.com", Optional.empty(), Set.of("SUCCESS")),
                        new Recipient("three@example.com", Optional.empty(), Set.of("NEVER"))),
                false,
                true,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.of(timeLeft),
                0,
                new Meeting.Pieces(content));
    }
}
