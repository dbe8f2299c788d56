package io.milena.delivery.tlsreport;

import io.milena.delivery.tls.PublishedPolicy;
import io.milena.delivery.tls.TlsFailure;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How one connection to a host of a domain was secured, or why it was not: a record of
 * {@link io.milena.topics.Topics#TLS_SESSIONS}.
 *
 * @param domain the recipients' domain, which gets the report
 * @param rua where it wants the report, by its record at the time
 * @param from our address, if there was a connection
 * @param mxHost the host's name
 * @param to its address
 * @param failure absent if there was none
 */
record TlsSession(
        Instant time,
        String domain,
        List<String> rua,
        PublishedPolicy policy,
        Optional<String> from,
        String mxHost,
        String to,
        Optional<TlsFailure> failure) {
    private static final int LONGEST_EXPLANATION = 200;

    // Jackson gives null for an Optional that a record's JSON leaves out.
    @SuppressWarnings("OptionalAssignedToNull")
    TlsSession {
        Objects.requireNonNull(time);
        Objects.requireNonNull(domain);
        Objects.requireNonNull(policy);
        Objects.requireNonNull(mxHost);
        Objects.requireNonNull(to);
        rua = List.copyOf(rua);
        from = from == null ? Optional.empty() : from;
        failure = failure == null ? Optional.empty() : failure.map(TlsSession::bounded);
    }

    /** In the form of reports: RFC 8460 §4.4 wants IPv6 in its canonical form (RFC 5952), which Java does not write. */
    static String text(InetAddress address) {
        return NetUtil.toAddressString(address);
    }

    /** It may contain text of a host. */
    private static TlsFailure bounded(TlsFailure failure) {
        var text = failure.explanation();
        return new TlsFailure(
                Objects.requireNonNull(failure.type()),
                text.substring(0, Math.min(text.length(), LONGEST_EXPLANATION)).replaceAll("[^\\x20-\\x7e]", "?"));
    }
}
