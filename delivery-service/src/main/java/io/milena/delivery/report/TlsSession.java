package io.milena.delivery.report;

import io.milena.delivery.tls.PublishedPolicy;
import io.milena.delivery.tls.TlsFailure;
import java.time.Instant;
import java.util.List;
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
        rua = List.copyOf(rua);
        from = from == null ? Optional.empty() : from;
        failure = failure == null ? Optional.empty() : failure.map(TlsSession::bounded);
    }

    /** What a host said may stand in it. */
    private static TlsFailure bounded(TlsFailure failure) {
        var text = failure.explanation();
        return text.length() <= LONGEST_EXPLANATION
                ? failure
                : new TlsFailure(failure.type(), text.substring(0, LONGEST_EXPLANATION));
    }
}
