package io.milena.topics;

import java.time.Instant;
import java.util.Optional;

/**
 * How far a message has come. A value; {@link #NONE} is that of a message that was just accepted.
 *
 * @param attempts already made
 * @param dueAt in a delay topic: not before this instant
 * @param retryAt no attempt before this instant; set while the way there leads through several delay topics, and empty
 *     on the last
 * @param delayReported whether the sender has been told that the message waits; once is enough (RFC 3461 §4.1)
 * @param inDoubt whether an attempt may have been cut short by a crash, so that some remote may have the message
 *     already
 * @param waitTold tells apart the reasons to wait without an attempt; set to the reason that an outcome has told since the
 *     last attempt
 * @param scout whether other mail of its account and domain may be on hold until a host lets this message in
 */
public record Retrying(
        int attempts,
        Optional<Instant> dueAt,
        Optional<Instant> retryAt,
        boolean delayReported,
        boolean inDoubt,
        Optional<String> waitTold,
        boolean scout) {
    public static final Retrying NONE =
            new Retrying(0, Optional.empty(), Optional.empty(), false, false, Optional.empty(), false);

    /** How {@link #waitTold} begins if no source may send the message. */
    private static final String FOR_SOURCE = "source ";

    /** {@code waitTold} of mail that no source may send; {@code reason} tells the reasons apart. */
    public static String forSource(String reason) {
        return FOR_SOURCE + reason;
    }

    /** Whether it waits since no source may send it. */
    public boolean waitsForSource() {
        return waitTold.filter(told -> told.startsWith(FOR_SOURCE)).isPresent();
    }

    /** A copy that leaves its delay topic at {@code due}, and is tried then or at {@code retry}. */
    Retrying deferredUntil(Instant due, Instant retry, boolean tried) {
        return new Retrying(
                tried ? attempts + 1 : attempts,
                Optional.of(due),
                Optional.of(retry).filter(due::isBefore),
                delayReported,
                inDoubt,
                waitTold,
                scout);
    }

    Retrying withoutRetryAt() {
        return new Retrying(attempts, dueAt, Optional.empty(), delayReported, inDoubt, waitTold, scout);
    }

    Retrying withDelayReported() {
        return new Retrying(attempts, dueAt, retryAt, true, inDoubt, waitTold, scout);
    }

    Retrying withWaitTold(Optional<String> told) {
        return new Retrying(attempts, dueAt, retryAt, delayReported, inDoubt, told, scout);
    }

    Retrying withDoubt() {
        return new Retrying(attempts, dueAt, retryAt, delayReported, true, waitTold, scout);
    }

    Retrying withScout(boolean is) {
        return new Retrying(attempts, dueAt, retryAt, delayReported, inDoubt, waitTold, is);
    }
}
