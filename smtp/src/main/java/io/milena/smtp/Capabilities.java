package io.milena.smtp;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** The extensions that a server announces in its reply to EHLO (RFC 5321 §4.1.1.1). */
final class Capabilities {
    private Capabilities() {}

    /**
     * The reply to EHLO.
     *
     * @param tls whether the connection is under TLS
     * @param mechanisms the mechanisms of AUTH that this connection may use
     */
    static Reply reply(SessionLimits limits, boolean tls, List<String> mechanisms, Instant now) {
        var lines = new ArrayList<>(List.of(
                limits.hostname(),
                "PIPELINING",
                "SIZE " + limits.maxMessageSize(),
                "8BITMIME",
                "CHUNKING",
                "SMTPUTF8",
                "DSN",
                "LIMITS RCPTMAX=" + limits.maxRecipients()));
        if (limits.startTls() == SessionLimits.StartTls.ANNOUNCED && !tls) {
            lines.add("STARTTLS");
        }
        if (tls) {
            lines.add("REQUIRETLS");
        }
        if (limits.permitsAuth(tls)) {
            lines.add("AUTH " + String.join(" ", mechanisms));
        }
        // RFC 4865 §3: the longest interval in seconds, and the latest instant.
        lines.add("FUTURERELEASE " + limits.longestHold().toSeconds() + " "
                + now.plus(limits.longestHold()).truncatedTo(ChronoUnit.SECONDS));
        // RFC 2852 §3: no minimum, since every message is tried at once, and comes back at once if that must have been
        // enough.
        lines.add("DELIVERBY");
        // RFC 6710 §3: with the policy that says what the levels mean.
        lines.add("MT-PRIORITY MIXER");
        lines.add("ENHANCEDSTATUSCODES");
        return Reply.plain(250, lines.toArray(String[]::new));
    }
}
