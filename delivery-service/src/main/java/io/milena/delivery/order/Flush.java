package io.milena.delivery.order;

import java.time.Instant;
import java.util.Optional;

/**
 * An operator's request to retry deferred mail now: mail that waits when the request is given, on every replica, once.
 *
 * @param withdrawn the order that was withdrawn with it: a replica that has not heard of that yet must not obey the order
 *     any more
 */
public record Flush(
        String id, Selector selector, Optional<String> reason, String by, Instant at, Optional<String> withdrawn) {
    // Jackson gives null for an Optional that a record's JSON leaves out.
    @SuppressWarnings("OptionalAssignedToNull")
    public Flush {
        reason = reason == null ? Optional.empty() : reason;
        withdrawn = withdrawn == null ? Optional.empty() : withdrawn;
    }

    public Flush(String id, Selector selector, Optional<String> reason, String by, Instant at) {
        this(id, selector, reason, by, at, Optional.empty());
    }

    boolean fits(Subject subject) {
        return selector.fits(subject);
    }

    /**
     * Whether it is about mail in a tier, for which no source is chosen. If it names a source, it is about mail that no
     * source may send.
     */
    public boolean fitsWaiting(Subject subject, boolean forSource) {
        return selector.source().isEmpty()
                ? fits(subject)
                : forSource && selector.ofAnySource().fits(subject);
    }
}
