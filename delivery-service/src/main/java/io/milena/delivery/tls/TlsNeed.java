package io.milena.delivery.tls;

import java.util.Locale;

/**
 * What a message asks of the connections that it takes.
 *
 * @param level what its account asks for
 * @param everyHop REQUIRETLS (RFC 8689 §2): no hop but one that is proved to be the right one and asks the same of the next
 * @param ratherDelivered {@code TLS-Required: No} (RFC 8689 §3): what the recipient's domain publishes must not hold it up
 */
public record TlsNeed(TlsLevel level, boolean everyHop, boolean ratherDelivered) {
    public static final TlsNeed NONE = new TlsNeed(TlsLevel.OPPORTUNISTIC, false, false);

    public TlsNeed atLeast(TlsLevel other) {
        return new TlsNeed(level.orMore(other), everyHop, ratherDelivered);
    }

    /** A word for a log, empty for what is usual. */
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
