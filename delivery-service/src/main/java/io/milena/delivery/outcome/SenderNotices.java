package io.milena.delivery.outcome;

import io.milena.delivery.remote.RecipientResult;
import io.milena.topics.Envelope;
import io.milena.topics.Envelope.DeliverBy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Which reports a sender is to get besides those of failure. Immutable.
 *
 * @param delay how long mail waits before a sender is told who has set no time for that; zero: whatever it waits
 */
public record SenderNotices(Duration delay) {

    /** Whether the sender of mail that has to wait on is to be told so now. */
    boolean delayIsDue(Envelope envelope, Instant now) {
        return !envelope.hasNullReversePath()
                && !envelope.retrying().delayReported()
                && delayEnds(envelope).filter(end -> !now.isBefore(end)).isPresent();
    }

    private Optional<Instant> delayEnds(Envelope envelope) {
        var deadline = deadline(envelope);
        if (deadline.isPresent() || !delay.isPositive()) {
            return deadline;
        }
        // The time for which its sender scheduled it is no delay.
        return Optional.of(
                envelope.wishes().releaseAt().orElse(envelope.acceptedAt()).plus(delay));
    }

    /** When the sender itself wants to be told of a delay: then, and not when others are. */
    private static Optional<Instant> deadline(Envelope envelope) {
        return envelope.wishes()
                .deliverBy()
                .filter(wish -> wish.mode() == DeliverBy.Mode.NOTIFY)
                .map(DeliverBy::deadline)
                // RFC 2852 §4: whoever had it when the time ended has said so.
                .filter(envelope.acceptedAt()::isBefore);
    }

    /** The status that such a report has. */
    String delayStatus(Envelope envelope, String status) {
        // RFC 3463 §3.5: X.4.7 is "delivery time expired".
        return deadline(envelope).isPresent() ? "4.4.7" : status;
    }

    /** What to tell the sender of mail that a host has taken; empty where that host tells everything itself, or nobody wants to know. */
    Optional<String> relayed(Envelope envelope, RecipientResult.Delivered delivered, Instant now) {
        // RFC 5321 §4.5.5: without a sender there is nobody to tell.
        if (envelope.hasNullReversePath()) {
            return Optional.empty();
        }
        var passedOn = "it was passed on to " + delivered.remote().name();
        // RFC 3461 §5.2.2: who asks for SUCCESS learns where the way ends on which anything is reported.
        if (delivered.recipient().wants("SUCCESS") && !delivered.takenOver().reports()) {
            return Optional.of(passedOn + ", which will not report what becomes of it");
        }
        // RFC 2852 §4.1.4: the reports that come with a deadline need no SUCCESS; only NEVER forbids them.
        return envelope.wishes()
                .deliverBy()
                .filter(wish -> delivered.recipient().wantsAny())
                .flatMap(wish -> {
                    // RFC 2852 §4.1.4.2: before that time only; after it RFC 3461 §5.2.2 forbids what nobody asked for.
                    if (wish.mode() == DeliverBy.Mode.NOTIFY
                            && now.isBefore(wish.deadline())
                            && !delivered.takenOver().deadline()) {
                        return Optional.of(passedOn + ", which does not know by when it is to be delivered");
                    }
                    if (!wish.trace()) {
                        return Optional.empty();
                    }
                    return Optional.of(
                            delivered.takenOver().deadline()
                                    ? passedOn + ", which was told by when it is to be delivered"
                                    : passedOn + " after the time by which it was to be delivered");
                });
    }
}
