package io.milena.bounce;

import io.milena.topics.Outcome;

/** The action that a report states for all its recipients (RFC 3464 §2.3.3). */
enum Action {
    FAILED("failed", "Your message could not be delivered"),
    DELAYED("delayed", "Your message has not been delivered yet"),
    RELAYED("relayed", "Your message was passed on");

    private final String keyword;
    private final String subject;

    Action(String keyword, String subject) {
        this.keyword = keyword;
        this.subject = subject;
    }

    static Action of(Outcome.Type type) {
        return switch (type) {
            case DELIVERED -> RELAYED;
            case DEFERRED -> DELAYED;
            case BOUNCED, EXPIRED, DROPPED, CANCELLED -> FAILED;
        };
    }

    /** The value of the field Action. */
    String keyword() {
        return keyword;
    }

    /** The subject of a report with this action. */
    String subject() {
        return subject;
    }
}
