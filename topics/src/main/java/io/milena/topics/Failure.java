package io.milena.topics;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Why mail could not be delivered: one entry for each recipient of the envelope it travels with. */
public record Failure(List<Entry> entries) {
    public Failure {
        entries = List.copyOf(entries);
    }

    /**
     * One recipient's end, as a DSN tells it (RFC 3464 §2.3).
     *
     * @param status enhanced status code
     * @param reply the remote's reply, whole, lines joined by a space; absent where no remote spoke
     * @param explanation a sentence for a person
     * @param remoteMta the host that refused it, where one did
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
