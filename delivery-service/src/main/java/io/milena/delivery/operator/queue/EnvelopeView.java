package io.milena.delivery.operator.queue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.milena.smtp.SafeText;
import io.milena.topics.Envelope;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The part of the envelope that is common to all recipients of a message. */
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

        @Schema(description = "X-Milena-Tag, which selects routes, pools and orders.")
        String tag,

        @Schema(description = "The domain of its From field.")
        String fromDomain,

        @Schema(description = "The domains whose DKIM keys sign it when it is sent now; none if it is not signed.")
        List<String> signedBy) {

    static EnvelopeView of(Envelope envelope, List<String> signedBy) {
        return new EnvelopeView(
                envelope.account(),
                SafeText.line(envelope.reversePath()),
                envelope.expiresAt(),
                envelope.wishes().releaseAt().orElse(null),
                envelope.wishes().deliverBy().map(Envelope.DeliverBy::deadline).orElse(null),
                envelope.wishes()
                        .deliverBy()
                        .map(wish -> wish.mode().name().toLowerCase(Locale.ROOT))
                        .orElse(null),
                envelope.wishes().priority(),
                envelope.priorityClass().toString(),
                envelope.content().size(),
                envelope.content().smtpUtf8(),
                envelope.content().eightBit(),
                envelope.wishes().requireTls(),
                envelope.wishes().tlsOptional(),
                envelope.wishes().envelopeId().map(SafeText::line).orElse(null),
                envelope.wishes().ret().map(SafeText::line).orElse(null),
                envelope.wishes().tag().map(SafeText::line).orElse(null),
                envelope.content().fromDomain().map(SafeText::line).orElse(null),
                signedBy);
    }
}
