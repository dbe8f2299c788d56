package io.milena.delivery.outcome;

import io.milena.delivery.remote.RecipientResult;
import io.milena.topics.Envelope;
import io.milena.topics.Envelope.DeliverBy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides which reports a sender gets besides those of failure. Immutable.
 *
 * @param delay how long mail waits before a sender without a deadline is told; zero: never
 */
public record SenderNotices(Duration delay) {

    /** Whether the sender of mail that must wait on is to be told so now. */
    boolean delayIsDue(Envelope envelope, Instant now) {
        return reportDue(envelope).filter(end -> !now.isBefore(end)).isPresent();
    }

    /** Time until the sender is to be told that the mail still waits; empty if it was told, or need not be. */
    Optional<Duration> untilDelayReport(Envelope envelope, Instant now) {
        return reportDue(envelope)
                .filter(end -> envelope.recipients().stream().anyMatch(recipient -> recipient.wants("DELAY")))
                .filter(now::isBefore)
                .map(end -> Duration.between(now, end));
    }

    /** When its sender is told that it waits; empty if there is nobody to tell, or the sender was told. */
    private Optional<Instant> reportDue(Envelope envelope) {
        return envelope.hasNullReversePath() || envelope.retrying().delayReported()
                ? Optional.empty()
                : delayEnds(envelope);
    }

    private Optional<Instant> delayEnds(Envelope envelope) {
        var deadline = deadline(envelope);
        if (deadline.isPresent() || !delay.isPositive()) {
            return deadline;
        }
        // The time for which its sender scheduled it is not a delay.
        return Optional.of(
                envelope.wishes().releaseAt().orElse(envelope.acceptedAt()).plus(delay));
    }

    /** The deadline at which the sender wants to be told of a delay, in place of the usual time. */
    private static Optional<Instant> deadline(Envelope envelope) {
        return envelope.wishes()
                .deliverBy()
                .filter(wish -> wish.mode() == DeliverBy.Mode.NOTIFY)
                .map(DeliverBy::deadline)
                // RFC 2852 §4: the host that had it when the time ended has reported it.
                .filter(envelope.acceptedAt()::isBefore);
    }

    /** The status of such a report. */
    String delayStatus(Envelope envelope, String status) {
        // RFC 3463 §3.5: X.4.7 is "delivery time expired".
        return deadline(envelope).isPresent() ? "4.4.7" : status;
    }

    /**
     * The report to the sender of mail that a host has taken; empty if that host reports everything itself, or no
     * report is wanted.
     */
    Optional<String> relayed(Envelope envelope, RecipientResult.Delivered delivered, Instant now) {
        // RFC 5321 §4.5.5: without a sender there is nobody to tell.
        if (envelope.hasNullReversePath()) {
            return Optional.empty();
        }
        var passedOn = "it was passed on to " + delivered.remote().name();
        // RFC 3461 §5.2.2: a sender that asks for SUCCESS learns where the part of the way ends on which hosts report.
        if (delivered.recipient().wants("SUCCESS") && !delivered.takenOver().reports()) {
            return Optional.of(passedOn + ", which will not report what becomes of it");
        }
        // RFC 2852 §4.1.4: reports about a deadline need no SUCCESS; only NEVER forbids them.
        return envelope.wishes()
                .deliverBy()
                .filter(wish -> delivered.recipient().wantsAny())
                .flatMap(wish -> {
                    // RFC 2852 §4.1.4.2: only before the deadline; after it RFC 3461 §5.2.2 forbids reports that were
                    // not asked for.
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
