package io.milena.delivery;

import io.milena.delivery.remote.RecipientResult;
import io.milena.topics.Envelope;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Which reports a sender is to get besides those of failure. Immutable.
 *
 * @param delay how long mail waits before its sender is told; zero: whatever it waits
 */
record Reports(Duration delay) {

    /** Whether the sender of mail that has to wait on is to be told so now. */
    boolean delayIsDue(Envelope envelope, Instant now) {
        // The time for which its sender scheduled it is no delay.
        var begun = envelope.releaseAt().orElse(envelope.acceptedAt());
        return delay.isPositive()
                && !envelope.hasNullReversePath()
                && !envelope.delayReported()
                && !now.isBefore(begun.plus(delay));
    }

    /** What to tell the sender of mail that a host has taken; empty where that host tells everything itself, or nobody wants to know. */
    Optional<String> relayed(Envelope envelope, RecipientResult.Delivered delivered) {
        // RFC 5321 §4.5.5: without a sender there is nobody to tell.
        if (envelope.hasNullReversePath()) {
            return Optional.empty();
        }
        // RFC 3461 §5.2.2: who asks for SUCCESS learns where the way ends on which anything is reported.
        return delivered.recipient().wants("SUCCESS") && !delivered.takenOver().reports()
                ? Optional.of("it was passed on to " + delivered.remote().name()
                        + ", which will not report what becomes of it")
                : Optional.empty();
    }
}
