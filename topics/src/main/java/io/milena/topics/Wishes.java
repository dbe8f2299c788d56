package io.milena.topics;

import java.time.Instant;
import java.util.Optional;

/**
 * The sender's wishes for the whole message. A value; {@link #NONE} is that of a sender who wishes nothing.
 *
 * @param releaseAt no attempt before this instant (RFC 4865)
 * @param deliverBy by when it must be delivered (RFC 2852)
 * @param requireTls REQUIRETLS: only over hops that are proved and encrypted (RFC 8689 §2)
 * @param tlsOptional {@code TLS-Required: No} in its header section (RFC 8689 §3)
 * @param priority its level, -9 to 9, as it goes on in MT-PRIORITY; 0 is the usual one (RFC 6710)
 * @param envelopeId ENVID as given, xtext (RFC 3461 §4.4)
 * @param ret RET: FULL or HDRS (RFC 3461 §4.3)
 * @param tag X-Milena-Tag: selects routes, pools and orders; one that the account may use
 */
public record Wishes(
        Optional<Instant> releaseAt,
        Optional<Envelope.DeliverBy> deliverBy,
        boolean requireTls,
        boolean tlsOptional,
        int priority,
        Optional<String> envelopeId,
        Optional<String> ret,
        Optional<String> tag) {
    public static final Wishes NONE = new Wishes(
            Optional.empty(), Optional.empty(), false, false, 0, Optional.empty(), Optional.empty(), Optional.empty());

    /** Throws {@link IllegalArgumentException} for a priority outside -9 to 9. */
    public Wishes {
        if (priority < Priority.LOWEST_LEVEL || priority > Priority.HIGHEST_LEVEL) {
            throw new IllegalArgumentException("priority: " + priority + " (expected: -9 to 9)");
        }
    }

    public Wishes withPriority(int level) {
        return new Wishes(releaseAt, deliverBy, requireTls, tlsOptional, level, envelopeId, ret, tag);
    }

    public Wishes withRelease(Optional<Instant> at) {
        return new Wishes(at, deliverBy, requireTls, tlsOptional, priority, envelopeId, ret, tag);
    }

    public Wishes withDeliverBy(Optional<Envelope.DeliverBy> wish) {
        return new Wishes(releaseAt, wish, requireTls, tlsOptional, priority, envelopeId, ret, tag);
    }

    public Wishes withTls(boolean required, boolean optional) {
        return new Wishes(releaseAt, deliverBy, required, optional, priority, envelopeId, ret, tag);
    }

    public Wishes withReports(Optional<String> id, Optional<String> returned) {
        return new Wishes(releaseAt, deliverBy, requireTls, tlsOptional, priority, id, returned, tag);
    }

    public Wishes withTag(Optional<String> name) {
        return new Wishes(releaseAt, deliverBy, requireTls, tlsOptional, priority, envelopeId, ret, name);
    }
}
