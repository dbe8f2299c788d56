package io.milena.topics;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The content of the report to the sender, mostly why mail could not be delivered: one entry for each recipient of the
 * envelope beside it.
 */
public record Failure(List<Entry> entries) {
    public Failure {
        entries = List.copyOf(entries);
    }

    /** A copy with only the entries of these recipients. */
    Failure about(Collection<Recipient> recipients) {
        var paths = recipients.stream().map(Recipient::forwardPath).collect(Collectors.toSet());
        return new Failure(entries.stream()
                .filter(entry -> paths.contains(entry.recipient()))
                .toList());
    }

    /**
     * The result for one recipient, as a DSN states it (RFC 3464 §2.3).
     *
     * @param type {@code DELIVERED}: passed on to a host that will not report; {@code DEFERRED}: it waits longer than a
     *     sender expects; all others: it will not be delivered
     * @param status enhanced status code
     * @param reply the remote's reply, lines joined by a space, of at most 2 KiB; absent if no remote replied
     * @param explanation a sentence for a person; empty if the reply says all
     * @param remoteMta the host that refused or took it, if there was one
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
