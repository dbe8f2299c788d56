package io.milena.delivery.tls;

import java.util.Locale;

/**
 * A message's requirements on the security of its connections.
 *
 * @param level required by its account
 * @param everyHop REQUIRETLS (RFC 8689 §2): each hop must be proved to be the right one and ask the same of the next
 * @param ratherDelivered {@code TLS-Required: No} (RFC 8689 §3): the policy of the recipient's domain must not delay it
 */
public record TlsNeed(TlsLevel level, boolean everyHop, boolean ratherDelivered) {
    public static final TlsNeed NONE = new TlsNeed(TlsLevel.OPPORTUNISTIC, false, false);

    public TlsNeed atLeast(TlsLevel other) {
        return new TlsNeed(level.orMore(other), everyHop, ratherDelivered);
    }

    /** A word for a log, empty for the usual requirements. */
    @Override
    public String toString() {
        if (everyHop) {
            return "requiretls";
        }
        return level == TlsLevel.OPPORTUNISTIC
                ? ratherDelivered ? "tls-required-no" : ""
                : level.name().toLowerCase(Locale.ROOT);
    }
}
