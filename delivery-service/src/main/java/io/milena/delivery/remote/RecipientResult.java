package io.milena.delivery.remote;

import io.milena.smtp.Reply;
import io.milena.topics.Recipient;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What one attempt came to for one recipient; there is always one for each, also in partial failure. */
public sealed interface RecipientResult {
    Recipient recipient();

    /** What the host said of it, if one did. */
    default Optional<String> said() {
        return switch (this) {
            case Delivered delivered -> Optional.of(delivered.reply().quoted());
            case Discarded discarded -> Optional.empty();
            case NotDelivered(var recipient, var cause) -> cause.said().map(Reply::quoted);
        };
    }

    /** The same for each of them, and for the same reason. */
    static List<RecipientResult> notDelivered(Collection<Recipient> recipients, Cause cause) {
        return recipients.stream()
                .<RecipientResult>map(recipient -> new NotDelivered(recipient, cause))
                .toList();
    }

    /** The remote took the responsibility. */
    record Delivered(
            Recipient recipient, RemoteHost remote, Reply reply, ConnectionSecurity security, TakenOver takenOver)
            implements RecipientResult {}

    /** A route says that it goes nowhere, and that is all right. */
    record Discarded(Recipient recipient, String route) implements RecipientResult {}

    /** Not served; {@link Cause#permanent()} tells for how long. */
    record NotDelivered(Recipient recipient, Cause cause) implements RecipientResult {}
}
