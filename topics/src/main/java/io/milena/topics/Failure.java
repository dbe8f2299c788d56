package io.milena.topics;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the sender of mail is to be told of it, mostly why it could not be delivered: one entry for each recipient of the envelope it travels with. */
public record Failure(List<Entry> entries) {
    public Failure {
        entries = List.copyOf(entries);
    }

    /** What became of these recipients. */
    Failure about(Collection<Recipient> recipients) {
        var paths = recipients.stream().map(Recipient::forwardPath).collect(Collectors.toSet());
        return new Failure(entries.stream()
                .filter(entry -> paths.contains(entry.recipient()))
                .toList());
    }

    /**
     * What became of it for one recipient, as a DSN tells it (RFC 3464 §2.3).
     *
     * @param type {@code DELIVERED}: it was passed on to a host from which no report is to be expected; {@code DEFERRED}: it waits for longer than a
     *     sender expects; all others: it will not be delivered
     * @param status enhanced status code
     * @param reply the remote's reply, lines joined by a space, of at most 2 KiB; absent where no remote spoke
     * @param explanation a sentence for a person; empty where the reply says all
     * @param remoteMta the host that refused or took it, where one did
     */
    public record Entry(
            String recipient,
            Outcome.Type type,
            String status,
            Optional<String> reply,
            String explanation,
            Optional<String> remoteMta,
            Instant at) {}
}
