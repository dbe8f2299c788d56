package io.milena.delivery.operator.queue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.milena.delivery.operator.letter.LetterId;
import io.milena.smtp.SafeText;
import io.milena.topics.DeadLetter;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A record in which a part of a message waits. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PlaceView(
        @Schema(examples = "mail.deferred.5m") String topic,
        int partition,
        long offset,
        @Schema(description = "When it was written.") Instant since,
        List<String> recipients,
        @Schema(description = "Attempts made.") int attempts,

        @Schema(description = "In a delay topic: when it leaves it.")
        Instant due,

        @Schema(description = "Whether its sender has been told that it waits.")
        boolean delayReported,

        @Schema(description = "In mail.dead-letters: what the letter is called.", examples = "0-17")
        String letter,

        @Schema(description = "In mail.dead-letters: why it is there.")
        String reason) {

    static PlaceView of(FoundRecord record) {
        var envelope = record.envelope();
        return new PlaceView(
                record.topic(),
                record.partition().partition(),
                record.offset(),
                record.at(),
                envelope.recipients().stream()
                        .map(recipient -> SafeText.line(recipient.forwardPath()))
                        .toList(),
                envelope.retrying().attempts(),
                record.due().orElse(null),
                envelope.retrying().delayReported(),
                record.letter()
                        .map(any -> new LetterId(record.partition().partition(), record.offset()).toString())
                        .orElse(null),
                record.letter().map(DeadLetter::reason).map(SafeText::line).orElse(null));
    }
}
