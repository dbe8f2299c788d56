package io.milena.delivery.remote;

import io.milena.smtp.Reply;
import io.milena.topics.Recipient;

/** What one attempt came to for one recipient; there is always one for each, also in partial failure. */
public sealed interface RecipientResult {
    Recipient recipient();

    /** The remote took the responsibility. {@code tls} is protocol and cipher, empty in clear. */
    record Delivered(Recipient recipient, RemoteHost remote, Reply reply, String tls, TakenOver takenOver)
            implements RecipientResult {}

    /** Not served; {@link Cause#permanent()} tells for how long. */
    record NotDelivered(Recipient recipient, Cause cause) implements RecipientResult {}
}
