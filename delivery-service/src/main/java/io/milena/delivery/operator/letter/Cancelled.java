package io.milena.delivery.operator.letter;

import io.milena.topics.DeadLetter;
import io.milena.topics.Envelope;
import io.milena.topics.Outcome;
import io.milena.topics.Recipient;
import io.milena.topics.Topics;
import java.util.List;

/** The outcomes of mail that an operator discards. */
final class Cancelled {
    private Cancelled() {}

    /** One for each recipient that still waits for a terminal outcome; none for mail that has failed or came back. */
    static List<Outcome> outcomes(DeadLetter letter, Mark mark) {
        boolean waits = letter.source()
                .map(DeadLetter.Source::topic)
                .filter(Topics::holdsWaitingMail)
                .isPresent();
        return waits
                ? letter.envelope().stream()
                        .flatMap(envelope ->
                                envelope.recipients().stream().map(recipient -> outcome(envelope, recipient, mark)))
                        .toList()
                : List.of();
    }

    private static Outcome outcome(Envelope envelope, Recipient recipient, Mark mark) {
        return Outcome.of(
                        Outcome.Type.CANCELLED,
                        envelope,
                        recipient,
                        mark.at(),
                        envelope.retrying().attempts(),
                        // RFC 3463 §3.4: 5.3.0 is the mail system's own doing, not further named.
                        "5.3.0")
                .saying("discarded by an operator"
                        + mark.reason().map(why -> ": " + why).orElse(""));
    }
}
