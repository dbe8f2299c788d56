package io.milena.smtp;

import java.time.Duration;
import java.util.List;

/**
 * The extensions that a server offers, and its limits.
 *
 * @param maxMessageSize octets of content, as in SIZE (RFC 1870)
 * @param maxRecipients forward-paths of one transaction, 100 or more (RFC 5321 §4.5.3.1.8)
 * @param maxEnvelopeOctets octets of JSON that all forward-paths of one transaction take with their parameters
 * @param maxErrors permanent (5yz) replies of one session, since its last message
 * @param maxJunk commands that lead to no message (NOOP, RSET, EHLO, VRFY …), since the last one
 * @param longestHold how far ahead a message may be scheduled (RFC 4865)
 * @param mechanisms the mechanisms of AUTH that are offered, if the connection permits them
 */
public record SessionLimits(
        String hostname,
        long maxMessageSize,
        int maxRecipients,
        int maxEnvelopeOctets,
        int maxErrors,
        int maxJunk,
        Duration longestHold,
        StartTls startTls,
        boolean authRequiresTls,
        List<String> mechanisms) {
    /** Whether STARTTLS is taken, and told of in the reply to EHLO. */
    public enum StartTls {
        UNAVAILABLE,
        /** For clients that ask for it. Many use it wherever it is announced, and refuse a certificate they do not know. */
        UNANNOUNCED,
        ANNOUNCED
    }

    /** Octets of a message to a return address: a report needs no more, and anyone may send it. */
    private static final long LARGEST_RETURNED = 1024 * 1024;

    public SessionLimits {
        mechanisms = List.copyOf(mechanisms);
    }

    /** As these, with AUTH in clear: for a client whose secret leaves no machine. */
    public SessionLimits withAuthInClear() {
        return new SessionLimits(
                hostname,
                maxMessageSize,
                maxRecipients,
                maxEnvelopeOctets,
                maxErrors,
                maxJunk,
                longestHold,
                startTls,
                false,
                mechanisms);
    }

    /** As these, but STARTTLS is not announced. */
    public SessionLimits withoutAnnouncingTls() {
        return new SessionLimits(
                hostname,
                maxMessageSize,
                maxRecipients,
                maxEnvelopeOctets,
                maxErrors,
                maxJunk,
                longestHold,
                StartTls.UNANNOUNCED,
                authRequiresTls,
                mechanisms);
    }

    /** Octets of content; {@code returned} for mail to a return address, which needs no login. */
    public long maxContent(boolean returned) {
        return returned ? Math.min(LARGEST_RETURNED, maxMessageSize) : maxMessageSize;
    }

    /** Whether AUTH is allowed on a connection; {@code tls} if it is under TLS. */
    boolean permitsAuth(boolean tls) {
        return tls || !authRequiresTls;
    }
}
