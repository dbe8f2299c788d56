package io.milena.delivery.operator.letter;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.milena.smtp.SafeText;
import io.milena.topics.DeadLetter;
import io.milena.topics.Envelope;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A letter in a list. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record LetterSummary(
        @Schema(examples = "0-17") String id,
        @Schema(description = "When it was put aside.") Instant time,

        @Schema(description = "Where it was read, and where a replay writes it.", examples = "mail.outbound")
        String topic,

        String reason,
        @Schema(description = "Octets of its value.") int size,
        @Schema(description = "If it is mail.") EnvelopeSummary envelope) {

    /** An envelope in one line. */
    record EnvelopeSummary(
            @Schema(examples = "01jdm5e9kq3x7v2b") String id, String account, String reversePath, int recipients) {
        static EnvelopeSummary of(Envelope envelope) {
            return new EnvelopeSummary(
                    envelope.id(),
                    envelope.account(),
                    SafeText.line(envelope.reversePath()),
                    envelope.recipients().size());
        }
    }

    static LetterSummary of(LetterId id, Instant time, DeadLetter letter) {
        return new LetterSummary(
                id.toString(),
                time,
                letter.source().map(DeadLetter.Source::topic).orElse(null),
                SafeText.line(letter.reason()),
                letter.size(),
                letter.envelope().map(EnvelopeSummary::of).orElse(null));
    }
}
