package io.milena.delivery.operator.queue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.milena.smtp.SafeText;
import io.milena.topics.Outcome;
import io.milena.topics.Recipient;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The state of one recipient of a message. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RecipientView(
        @Schema(examples = "ben@example.com") String recipient,
        State state,

        @Schema(description = "The record that it waits in.", examples = "mail.deferred.5m-0@17")
        String where,

        @Schema(description = "Attempts made.") Integer attempts,

        @Schema(description = "When it is tried next.") Instant due,

        @Schema(description = "Of its last outcome, as are reply and remoteMta.", examples = "4.4.2")
        String status,

        String reply,
        String remoteMta,
        @Schema(description = "ORCPT (RFC 3461).") String originalRecipient,

        @Schema(description = "NOTIFY (RFC 3461), where it was given.")
        Set<String> notifyOn) {

    /** Its terminal outcome, or how it waits. */
    enum State {
        DELIVERED,
        BOUNCED,
        EXPIRED,
        DROPPED,
        CANCELLED,
        /** It waits for its turn, or is being sent. */
        QUEUED,
        /** It waits for the next attempt. */
        DEFERRED,
        /** Its sender asked for a later time. */
        SCHEDULED,
        /** It waits for an operator. */
        DEAD_LETTER,
        /** A bounce report that came to a return address and was read. */
        READ,
        /** It has no terminal outcome, and the record in which it waits was not found. */
        UNKNOWN;

        @JsonValue
        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static RecipientView of(String forwardPath, MessageTrail trail, Instant now) {
        var waiting = trail.waiting(forwardPath);
        var last = trail.lastOutcome(forwardPath);
        var given = trail.found().stream()
                .flatMap(record -> record.envelope().recipients().stream())
                .filter(recipient -> recipient.forwardPath().equals(forwardPath))
                .findFirst();
        return new RecipientView(
                SafeText.line(forwardPath),
                state(forwardPath, trail, now),
                waiting.map(record -> record.partition() + "@" + record.offset())
                        .orElse(null),
                waiting.map(record -> record.envelope().retrying().attempts())
                        .or(() -> last.map(Outcome::attempt))
                        .orElse(null),
                waiting.map(FoundRecord::nextAttempt)
                        .orElseGet(() -> last.flatMap(Outcome::retryAt))
                        .orElse(null),
                last.map(Outcome::status).orElse(null),
                last.flatMap(Outcome::reply).map(SafeText::line).orElse(null),
                last.flatMap(outcome -> outcome.connection().remoteMta())
                        .map(SafeText::line)
                        .orElse(null),
                given.flatMap(Recipient::originalRecipient).map(SafeText::line).orElse(null),
                given.map(Recipient::notifyOn).filter(words -> !words.isEmpty()).orElse(null));
    }

    private static State state(String forwardPath, MessageTrail trail, Instant now) {
        return trail.waiting(forwardPath)
                .map(record -> waiting(record, now))
                .orElseGet(() -> trail.lastOutcome(forwardPath)
                        .map(outcome -> ended(outcome.type()))
                        .orElse(trail.wasRead(forwardPath) ? State.READ : State.UNKNOWN));
    }

    private static State waiting(FoundRecord record, Instant now) {
        if (record.letter().isPresent()) {
            return State.DEAD_LETTER;
        }
        if (!record.isTier()) {
            return State.QUEUED;
        }
        return record.isScheduled(now) ? State.SCHEDULED : State.DEFERRED;
    }

    static State ended(Outcome.Type type) {
        return switch (type) {
            case DELIVERED -> State.DELIVERED;
            case DEFERRED -> State.DEFERRED;
            case BOUNCED -> State.BOUNCED;
            case EXPIRED -> State.EXPIRED;
            case DROPPED -> State.DROPPED;
            case CANCELLED -> State.CANCELLED;
        };
    }
}
