package io.milena.delivery.remote;

import io.milena.smtp.Reply;
import io.milena.topics.Recipient;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The result of one attempt for one recipient; there is always one for each, also in partial failure. */
public sealed interface RecipientResult {
    Recipient recipient();

    /** The host's words about it, if there are any. */
    default Optional<String> said() {
        return switch (this) {
            case Delivered delivered -> Optional.of(delivered.reply().quoted());
            case Discarded discarded -> Optional.empty();
            case NotDelivered(var recipient, var cause) -> cause.said().map(Reply::quoted);
        };
    }

    /** Why it was not served; empty if it was. */
    default Optional<Cause> failure() {
        return this instanceof NotDelivered(var recipient, var cause) ? Optional.of(cause) : Optional.empty();
    }

    /** One result for each of them, all with this cause. */
    static List<RecipientResult> notDelivered(Collection<Recipient> recipients, Cause cause) {
        return recipients.stream()
                .<RecipientResult>map(recipient -> new NotDelivered(recipient, cause))
                .toList();
    }

    /** The remote accepted responsibility. */
    record Delivered(
            Recipient recipient, RemoteHost remote, Reply reply, ConnectionSecurity security, TakenOver takenOver)
            implements RecipientResult {}

    /** A route discards the mail, by intention. */
    record Discarded(Recipient recipient, String route) implements RecipientResult {}

    /** Not served; {@link Cause#permanent()} tells whether for good. */
    record NotDelivered(Recipient recipient, Cause cause) implements RecipientResult {}
}
