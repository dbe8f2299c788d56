package io.milena.smtp;

/** Whom a message is for (RFC 5321 §4.1.1.3). */
public record ForwardPath(Mailbox mailbox) {
    /** As it stands between the angle brackets. */
    @Override
    public String toString() {
        return mailbox.toString();
    }
}
