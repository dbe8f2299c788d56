package io.milena.delivery.operator.queue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.milena.smtp.SafeText;
import io.milena.topics.Envelope;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * One message: its envelope and header section, where it waits for which recipients, and its outcomes so far. Never its
 * body.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MessageView(
        @Schema(examples = "01jdm5e9kq3x7v2b") String id,
        Instant acceptedAt,

        @Schema(description = "False if the search was cut short: there may be more, and newer, than this.")
        boolean complete,

        @Schema(description = "While a topic still keeps a record of the message.")
        EnvelopeView envelope,

        @Schema(description = "Those that are known of.") List<RecipientView> recipients,

        @Schema(
                description =
                        "The records that something of it waits in; in mail.failed, that is a report to its sender.")
        List<PlaceView> waiting,

        @Schema(
                description =
                        "The header section, while a topic still keeps a record of the message; what is no text, or would do something to a"
                                + " terminal, is U+FFFD. The body is never shown.")
        String headers,

        @Schema(description = "Whether the header section goes on.")
        Boolean headersTruncated,

        @Schema(description = "Every outcome that is kept, the oldest first.")
        List<OutcomeView> history) {

    static MessageView of(
            String id,
            Instant made,
            MessageTrail trail,
            boolean complete,
            Instant now,
            Function<Envelope, List<String>> signers) {
        var first = trail.found().stream().findFirst();
        var header = trail.found().stream()
                .filter(record -> record.header().length > 0)
                .findFirst();
        return new MessageView(
                id,
                first.map(record -> record.envelope().acceptedAt()).orElse(made),
                complete,
                first.map(record -> EnvelopeView.of(record.envelope(), signers.apply(record.envelope())))
                        .orElse(null),
                trail.recipients().stream()
                        .map(recipient -> RecipientView.of(recipient, trail, now))
                        .toList(),
                places(trail).stream().map(PlaceView::of).toList(),
                header.map(record -> SafeText.lines(record.header(), record.header().length))
                        .orElse(null),
                header.map(record -> !record.headerIsWhole()).orElse(null),
                trail.history().stream().map(OutcomeView::of).toList());
    }

    /** Records in which recipients wait, and bounce reports that are still to be written. */
    private static Set<FoundRecord> places(MessageTrail trail) {
        var places = new LinkedHashSet<FoundRecord>();
        trail.recipients().forEach(recipient -> trail.waiting(recipient).ifPresent(places::add));
        trail.found().stream()
                .filter(record -> record.isReport() && !record.finished())
                .forEach(places::add);
        return places;
    }
}
