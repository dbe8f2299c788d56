package io.milena.bounce;

import io.milena.topics.Outcome;

/** What a report says of its recipients (RFC 3464 §2.3.3); all that it names have the same. */
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

    /** The value of the field of that name. */
    String keyword() {
        return keyword;
    }

    /** What a report with it has as its subject. */
    String subject() {
        return subject;
    }
}
