package io.milena.delivery.remote;

import io.milena.smtp.Reply;
import io.milena.topics.Recipient;

/** What one attempt came to for one recipient; there is always one for each, also in partial failure. */
public sealed interface RecipientResult {
    Recipient recipient();

    /** The remote took the responsibility. */
    record Delivered(
            Recipient recipient, RemoteHost remote, Reply reply, ConnectionSecurity security, TakenOver takenOver)
            implements RecipientResult {}

    /** A route says that it goes nowhere, and that is all right. */
    record Discarded(Recipient recipient, String route) implements RecipientResult {}

    /** Not served; {@link Cause#permanent()} tells for how long. */
    record NotDelivered(Recipient recipient, Cause cause) implements RecipientResult {}
}
