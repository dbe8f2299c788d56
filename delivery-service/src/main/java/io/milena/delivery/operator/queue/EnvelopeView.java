package io.milena.delivery.operator.queue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.milena.smtp.SafeText;
import io.milena.topics.Envelope;
import java.time.Instant;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What was submitted with a message, the same for all its recipients. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EnvelopeView(
        @Schema(description = "Empty for the platform's own mail.")
        String account,

        @Schema(description = "Empty for the null reverse-path.")
        String reversePath,

        @Schema(description = "End of its queue lifetime.") Instant expiresAt,

        @Schema(description = "No attempt before (RFC 4865).")
        Instant releaseAt,

        @Schema(description = "By when its sender wants it delivered (RFC 2852).")
        Instant deliverBy,

        @Schema(description = "What is to happen then.", examples = "return")
        String deliverByMode,

        @Schema(description = "-9 to 9 (RFC 6710).") int priority,
        @Schema(examples = "normal") String priorityClass,

        @Schema(description = "Octets of the whole content.")
        long size,

        boolean smtpUtf8,
        boolean eightBit,
        @Schema(description = "RFC 8689.") boolean requireTls,
        @Schema(description = "RFC 8689.") boolean tlsOptional,
        @Schema(description = "ENVID, xtext (RFC 3461).") String envelopeId,

        @Schema(description = "RFC 3461.", examples = "HDRS")
        String ret,

        @Schema(description = "The domain of its From field, by which it is signed.")
        String fromDomain) {

    static EnvelopeView of(Envelope envelope) {
        return new EnvelopeView(
                envelope.account(),
                SafeText.line(envelope.reversePath()),
                envelope.expiresAt(),
                envelope.releaseAt().orElse(null),
                envelope.deliverBy().map(Envelope.DeliverBy::deadline).orElse(null),
                envelope.deliverBy()
                        .map(wish -> wish.mode().name().toLowerCase(Locale.ROOT))
                        .orElse(null),
                envelope.priority(),
                envelope.priorityClass().toString(),
                envelope.size(),
                envelope.smtpUtf8(),
                envelope.eightBit(),
                envelope.requireTls(),
                envelope.tlsOptional(),
                envelope.envelopeId().map(SafeText::line).orElse(null),
                envelope.ret().map(SafeText::line).orElse(null),
                envelope.fromDomain().map(SafeText::line).orElse(null));
    }
}
