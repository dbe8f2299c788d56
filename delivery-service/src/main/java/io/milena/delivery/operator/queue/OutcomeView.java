package io.milena.delivery.operator.queue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.milena.topics.Outcome;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One outcome of a message, spelled as the states of its recipients are. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OutcomeView(
        @Schema(description = "The state that it left the recipient in.", examples = "deferred")
        String type,

        @Schema(examples = "ben@example.com") String recipient,
        Instant at,
        @Schema(description = "1 for the first attempt.") int attempt,

        @Schema(description = "Enhanced status code (RFC 3463).", examples = "4.4.2")
        String status,

        String reply,

        @Schema(description = "The host that gave the reply.")
        String remoteMta,

        String remoteAddress,

        @Schema(description = "Protocol and cipher; absent in clear.")
        String tls,

        @Schema(description = "The rule that the connection was to be secured by.")
        String tlsPolicy,

        @Schema(description = "The fault of the connection's security, in the words of RFC 8460 §4.3.")
        String tlsFailure,

        @Schema(description = "The egress source.") String source,

        @Schema(description = "From acceptance to this outcome, in milliseconds.")
        long queuedMillis,

        @Schema(description = "When it is tried next.") Instant retryAt,

        @Schema(description = "Whether the remote may have the message twice.")
        Boolean inDoubt) {

    static OutcomeView of(Outcome outcome) {
        var connection = outcome.connection();
        return new OutcomeView(
                RecipientView.ended(outcome.type()).word(),
                outcome.recipient(),
                outcome.at(),
                outcome.attempt(),
                outcome.status(),
                outcome.reply().orElse(null),
                connection.remoteMta().orElse(null),
                connection.remoteAddress().orElse(null),
                connection.tls().orElse(null),
                connection.tlsPolicy().orElse(null),
                connection.tlsFailure().orElse(null),
                connection.source().orElse(null),
                outcome.queuedMillis(),
                outcome.retryAt().orElse(null),
                outcome.inDoubt() ? true : null);
    }
}
