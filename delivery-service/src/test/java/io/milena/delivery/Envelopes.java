package io.milena.delivery;

import io.milena.topics.ContentShape;
import io.milena.topics.Envelope;
import io.milena.topics.Envelope.DeliverBy;
import io.milena.topics.Recipient;
import io.milena.topics.Retrying;
import io.milena.topics.Wishes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Envelopes of plain mail with a queue lifetime of 72 hours. */
public final class Envelopes {
    private Envelopes() {}

    public static Envelope of(Instant acceptedAt, int attempts, String... recipients) {
        return of(
                acceptedAt,
                attempts,
                List.of(recipients).stream().map(Recipient::of).toArray(Recipient[]::new));
    }

    public static Envelope of(Instant acceptedAt, int attempts, Recipient... recipients) {
        return of(acceptedAt, attempts, Optional.empty(), recipients);
    }

    public static Envelope of(Instant acceptedAt, int attempts, Optional<Instant> release, Recipient... recipients) {
        return of(acceptedAt, attempts, "sender@example.org", release, Optional.empty(), recipients);
    }

    public static Envelope of(Instant acceptedAt, int attempts, DeliverBy deliverBy, Recipient... recipients) {
        return of(acceptedAt, attempts, "sender@example.org", Optional.empty(), Optional.of(deliverBy), recipients);
    }

    /** One message of an account and a priority (RFC 6710), with a header section of this many octets. */
    public static Envelope of(String id, String account, int priority, String recipient, int headerLength) {
        var now = Instant.now();
        return Envelope.of(
                        id,
                        account,
                        "sender@example.org",
                        List.of(Recipient.of(recipient)),
                        now,
                        Duration.ofHours(72),
                        ContentShape.plain(headerLength, headerLength))
                .withWishes(Wishes.NONE.withPriority(priority));
    }

    /** An envelope for content that begins with a header section of this many octets. */
    public static Envelope withHeader(int headerLength, String recipient) {
        return withHeader(headerLength, "id", recipient);
    }

    public static Envelope withHeader(int headerLength, String id, String recipient) {
        return of(
                id,
                Instant.now(),
                0,
                "sender@example.org",
                Optional.empty(),
                Optional.empty(),
                headerLength,
                Recipient.of(recipient));
    }

    public static Envelope of(
            Instant acceptedAt,
            int attempts,
            String reversePath,
            Optional<Instant> release,
            Optional<DeliverBy> deliverBy,
            Recipient... recipients) {
        return of("id", acceptedAt, attempts, reversePath, release, deliverBy, 0, recipients);
    }

    private static Envelope of(
            String id,
            Instant acceptedAt,
            int attempts,
            String reversePath,
            Optional<Instant> release,
            Optional<DeliverBy> deliverBy,
            int headerLength,
            Recipient... recipients) {
        return Envelope.of(
                        id,
                        "account",
                        reversePath,
                        List.of(recipients),
                        acceptedAt,
                        Duration.ofHours(72),
                        ContentShape.plain(headerLength, 0))
                .withRetrying(new Retrying(
                        attempts, Optional.empty(), Optional.empty(), false, false, Optional.empty(), false))
                .withWishes(Wishes.NONE.withRelease(release).withDeliverBy(deliverBy));
    }
}
