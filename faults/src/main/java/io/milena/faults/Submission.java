package io.milena.faults;

import java.time.Instant;
import java.util.List;

/**
 * One message that a client submitted, and the answer. No other message has these recipients.
 *
 * @param at when the answer came or the connection broke
 * @param queueId the id in the {@code 250}; empty if there was none
 * @param reply the line that decided, or how the connection broke
 */
record Submission(int number, List<String> recipients, Answer answer, Instant at, String queueId, String reply) {
    /** The belief that a client may have about its message. */
    enum Answer {
        /** The platform answered 250 to the content. */
        ACCEPTED,
        /** Another reply, or a connection that broke before the content. */
        REFUSED,
        /** The connection broke between the begin of the content and the reply to it. */
        DOUBTFUL
    }

    Submission {
        recipients = List.copyOf(recipients);
    }

    String name(String recipient) {
        return "m%d to %s (%s, %s at %s)"
                .formatted(number, recipient, queueId.isEmpty() ? "no id" : queueId, reply, at);
    }
}
