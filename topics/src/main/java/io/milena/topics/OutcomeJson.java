package io.milena.topics;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Optional;

/** {@link Outcome} as it is written: one flat object of JSON, as {@code docs/outcome.schema.json} has it. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record OutcomeJson(
        Outcome.Type type,
        String id,
        String account,
        String reversePath,
        String recipient,
        Instant at,
        int attempt,
        String status,
        Optional<String> reply,
        Optional<String> remoteMta,
        Optional<String> remoteAddress,
        Optional<String> tls,
        Optional<String> tlsPolicy,
        Optional<String> tlsFailure,
        Optional<String> source,
        long queuedMillis,
        Optional<Instant> retryAt,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean inDoubt) {

    static OutcomeJson of(Outcome outcome) {
        var connection = outcome.connection();
        return new OutcomeJson(
                outcome.type(),
                outcome.id(),
                outcome.account(),
                outcome.reversePath(),
                outcome.recipient(),
                outcome.at(),
                outcome.attempt(),
                outcome.status(),
                outcome.reply(),
                connection.remoteMta(),
                connection.remoteAddress(),
                connection.tls(),
                connection.tlsPolicy(),
                connection.tlsFailure(),
                connection.source(),
                outcome.queuedMillis(),
                outcome.retryAt(),
                outcome.inDoubt());
    }

    Outcome toOutcome() {
        return new Outcome(
                type,
                id,
                account,
                reversePath,
                recipient,
                at,
                attempt,
                status,
                present(reply),
                new Outcome.Connection(
                        present(remoteMta),
                        present(remoteAddress),
                        present(tls),
                        present(tlsPolicy),
                        present(tlsFailure),
                        present(source)),
                queuedMillis,
                present(retryAt),
                inDoubt);
    }

    // Jackson gives null for an Optional that a record's JSON leaves out.
    @SuppressWarnings("OptionalAssignedToNull")
    private static <T> Optional<T> present(Optional<T> value) {
        return value == null ? Optional.empty() : value;
    }
}
