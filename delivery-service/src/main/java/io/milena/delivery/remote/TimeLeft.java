package io.milena.delivery.remote;

import io.milena.smtp.EhloReply;
import io.milena.topics.Envelope.DeliverBy;
import io.milena.topics.Recipient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The sender's deadline as it concerns one hop: whether a host may have the message, and its parameters (RFC 2852
 * §4.1.4). Immutable.
 */
public record TimeLeft(DeliverBy wish, InstantSource clock) {
    // RFC 2852 §4: nine digits
    private static final long MOST_SECONDS = 999_999_999;

    /** Rounded up: a message with some time left must have some for the next host. */
    private long seconds() {
        long seconds = Duration.between(clock.instant(), wish.deadline())
                .plusNanos(999_999_999)
                .toSeconds();
        return Math.clamp(seconds, -MOST_SECONDS, MOST_SECONDS);
    }

    private boolean returns() {
        return wish.mode() == DeliverBy.Mode.RETURN;
    }

    /** Why the host may not have the message, if it may not. */
    Optional<Cause> unsuitable(RemoteHost remote, EhloReply ehlo) {
        if (!returns()) {
            return Optional.empty();
        }
        // RFC 2852 §4.1.4.1: a host that does not support DELIVERBY could deliver after the deadline, so it gets no
        // message that must be returned then. The status is that of an expired time (RFC 3463 §3.5, X.4.7), as in
        // sendmail: for the sender the effect is equal.
        if (!ehlo.offers("DELIVERBY")) {
            return Optional.of(new Cause.Unsuitable(
                    remote, "5.4.7", remote.name() + " does not promise to deliver by a given time (DELIVERBY)"));
        }
        // RFC 2852 §3: the time that the host needs at least.
        long needed = Math.max(1, ehlo.minimumByTime());
        return seconds() < needed
                ? Optional.of(new Cause.Unsuitable(
                        remote,
                        "5.4.7",
                        "too little of the given time is left: " + seconds() + " s, where " + remote.name() + " needs "
                                + needed + " s"))
                : Optional.empty();
    }

    /** The value of BY with the remaining time. */
    String parameter() {
        return seconds() + ";" + (returns() ? "R" : "N") + (wish.trace() ? "T" : "");
    }

    /** NOTIFY for the recipient. */
    Set<String> notifyOn(Recipient recipient, EhloReply ehlo) {
        // RFC 2852 §4.1.4.2: until the deadline, a host that does not support DELIVERBY is asked for delay reports
        // instead; after that RFC 3461 §5.2.1 applies again, by which NOTIFY is passed on unchanged.
        if (returns() || seconds() <= 0 || ehlo.offers("DELIVERBY") || !recipient.wantsAny()) {
            return recipient.notifyOn();
        }
        var kinds = new TreeSet<>(recipient.notifyOn().isEmpty() ? Set.of("FAILURE") : recipient.notifyOn());
        kinds.add("DELAY");
        return kinds;
    }
}
