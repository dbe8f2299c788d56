package io.milena.smtp;

/** The argument of RCPT: a mailbox that a message is for (RFC 5321 §4.1.1.3). */
public record ForwardPath(Mailbox mailbox) {
    /** The path without its angle brackets. */
    @Override
    public String toString() {
        return mailbox.toString();
    }
}
