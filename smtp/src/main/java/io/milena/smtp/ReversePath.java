package io.milena.smtp;

import java.util.Optional;

/**
 * The argument of MAIL: the mailbox that reports about a message go to, or none for the null reverse-path {@code <>}
 * (RFC 5321 §4.5.5).
 */
public record ReversePath(Optional<Mailbox> mailbox) {
    public static final ReversePath NULL = new ReversePath(Optional.empty());

    /** The path without its angle brackets: empty for the null reverse-path. */
    @Override
    public String toString() {
        return mailbox.map(Mailbox::toString).orElse("");
    }
}
