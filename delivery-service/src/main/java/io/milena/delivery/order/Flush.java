package io.milena.delivery.order;

import java.time.Instant;
import java.util.Optional;

/**
 * An operator's request to retry deferred mail now: mail that waits when the request is given, on every replica, once.
 */
public record Flush(String id, Selector selector, Optional<String> reason, String by, Instant at) {
    // Jackson gives null for an Optional that a record's JSON leaves out.
    @SuppressWarnings("OptionalAssignedToNull")
    public Flush {
        reason = reason == null ? Optional.empty() : reason;
    }

    public boolean fits(Subject subject) {
        return selector.fits(subject);
    }
}
