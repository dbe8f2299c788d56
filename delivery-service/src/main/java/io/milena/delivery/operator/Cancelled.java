package io.milena.delivery.operator;

import io.milena.topics.DeadLetter;
import io.milena.topics.Envelope;
import io.milena.topics.Outcome;
import io.milena.topics.Recipient;
import io.milena.topics.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The outcomes of mail that an operator discards. */
final class Cancelled {
    private Cancelled() {}

    /** One for each recipient that still waits for one: of mail that has failed or came back, there is none. */
    static List<Outcome> outcomes(DeadLetter letter, Mark mark) {
        boolean waits = letter.source()
                .map(DeadLetter.Source::topic)
                .filter(topic -> topic.equals(Topics.ACCEPTED)
                        || topic.equals(Topics.OUTBOUND)
                        || Topics.DEFERRED.matcher(topic).matches())
                .isPresent();
        return waits
                ? letter.envelope().stream()
                        .flatMap(envelope ->
                                envelope.recipients().stream().map(recipient -> outcome(envelope, recipient, mark)))
                        .toList()
                : List.of();
    }

    private static Outcome outcome(Envelope envelope, Recipient recipient, Mark mark) {
        return new Outcome(
                Outcome.Type.CANCELLED,
                envelope.id(),
                envelope.account(),
                envelope.reversePath(),
                recipient.forwardPath(),
                mark.at(),
                envelope.attempt(),
                // RFC 3463 §3.4: 5.3.0 is the mail system's own doing, not further named.
                "5.3.0",
                Optional.of("discarded by an operator"
                        + mark.reason().map(why -> ": " + why).orElse("")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.between(envelope.acceptedAt(), mark.at()).toMillis(),
                Optional.empty());
    }
}
