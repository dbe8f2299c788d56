package io.milena.delivery;

import io.milena.topics.Envelope;
import io.milena.topics.Recipient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Envelopes of plain mail with a queue lifetime of 72 hours. */
final class Envelopes {
    private Envelopes() {}

    static Envelope of(Instant acceptedAt, int attempts, String... recipients) {
        return new Envelope(
                "id",
                "account",
                "sender@example.org",
                List.of(recipients).stream().map(Recipient::of).toList(),
                acceptedAt,
                acceptedAt.plus(Duration.ofHours(72)),
                attempts,
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                Optional.empty(),
                Optional.empty());
    }
}
