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
 * How one connection to a host of a domain was secured, or why it was not: a record of {@link io.milena.topics.Topics#TLS_SESSIONS}.
 *
 * @param domain the recipients': who gets the report
 * @param rua where it wants the report, as its record had it at the time
 * @param from our address, if a connection came about
 * @param mxHost the host's name
 * @param to its address
 * @param failure absent where all was as it should be
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

    /** As reports have it: RFC 8460 §4.4 wants IPv6 in its canonical form (RFC 5952), which Java does not write. */
    static String text(InetAddress address) {
        return NetUtil.toAddressString(address);
    }

    /** What a host said may stand in it. */
    private static TlsFailure bounded(TlsFailure failure) {
        var text = failure.explanation();
        return new TlsFailure(
                Objects.requireNonNull(failure.type()),
                text.substring(0, Math.min(text.length(), LONGEST_EXPLANATION)).replaceAll("[^\\x20-\\x7e]", "?"));
    }
}
