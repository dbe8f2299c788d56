package io.milena.delivery.operator.queue;

import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Waiting mail on the topics, including deferred mail, by domain or account. */
public record WaitingView(
        @Schema(description = "Whether all that may wait was looked through in the time; if not, there is more.")
        boolean complete,

        @Schema(description = "In all that fits. A message to several domains counts for each of them.")
        long messages,

        @Schema(description = "How many domains or accounts fit.")
        int names,

        @Schema(description = "Those with most first, a thousand at most.")
        List<Item> items) {

    /** The waiting mail of one domain or one account. */
    @Schema(name = "WaitingItem")
    public record Item(
            @Schema(
                    description = "The domain, or the account's id: empty for the platform's own mail.",
                    examples = "example.com")
            String name,

            @Schema(description = "All of it.") long messages,

            @Schema(description = "Octets of their contents.")
            long octets,

            @Schema(description = "Of these, what waits in a delay topic.")
            long deferred,

            @Schema(description = "Of those, what its sender wished to go later.")
            long scheduled,

            @Schema(description = "When the oldest was accepted.")
            Instant oldest,

            @Schema(description = "When the first that is deferred is tried next; it may be over. Null if none is.")
            Instant next) {}
}
