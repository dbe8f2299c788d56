package io.milena.smtp;

import java.util.Optional;

/** Where reports about a message go: a mailbox, or nowhere for the null reverse-path {@code <>} (RFC 5321 §4.5.5). */
public record ReversePath(Optional<Mailbox> mailbox) {
    public static final ReversePath NULL = new ReversePath(Optional.empty());

    /** As it stands between the angle brackets: empty for the null reverse-path. */
    @Override
    public String toString() {
        return mailbox.map(Mailbox::toString).orElse("");
    }
}
