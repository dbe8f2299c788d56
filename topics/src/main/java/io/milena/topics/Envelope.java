package io.milena.topics;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The data that travels beside the content: who the message is from and for, and how far it has come (RFC 5321 §2.3.1).
 * Immutable; written as {@link EnvelopeJson}.
 *
 * @param id queue id: unique, letters and digits; the client gets it in the reply to its content
 * @param account id of the account that submitted it; empty for the platform's own mail (DSNs)
 * @param reversePath {@code local@domain}, or empty for the null reverse-path
 * @param recipients the remaining forward-paths, never empty; in {@link Topics#OUTBOUND} all of one domain
 * @param acceptedAt when the message was accepted
 * @param expiresAt end of the queue lifetime: no attempt begins after it
 * @param retrying attempts so far, and the time of the next
 * @param wishes the sender's wishes
 * @param content properties of the content
 */
public record Envelope(
        String id,
        String account,
        String reversePath,
        List<Recipient> recipients,
        Instant acceptedAt,
        Instant expiresAt,
        Retrying retrying,
        Wishes wishes,
        ContentShape content) {

    public Envelope {
        if (id == null || id.isEmpty()) {
            throw new IllegalArgumentException("id: empty (expected: a queue id)");
        }
        if (recipients == null || recipients.isEmpty()) {
            throw new IllegalArgumentException("recipients: none (expected: at least one)");
        }
        if (acceptedAt == null || expiresAt == null) {
            throw new IllegalArgumentException("acceptedAt or expiresAt missing");
        }
        recipients = List.copyOf(recipients);
        account = account == null ? "" : account;
        reversePath = reversePath == null ? "" : reversePath;
    }

    /** Mail that was just accepted, without wishes. */
    public static Envelope of(
            String id,
            String account,
            String reversePath,
            List<Recipient> recipients,
            Instant acceptedAt,
            Duration lifetime,
            ContentShape content) {
        return new Envelope(
                id,
                account,
                reversePath,
                recipients,
                acceptedAt,
                acceptedAt.plus(lifetime),
                Retrying.NONE,
                Wishes.NONE,
                content);
    }

    /**
     * A message of the platform's own. It has no account and the null reverse-path: if it cannot be delivered either,
     * nothing more is sent (RFC 5321 §4.5.5).
     */
    public static Envelope ofPlatform(String id, String to, Instant now, Duration lifetime, ContentShape content) {
        return of(id, "", "", List.of(Recipient.of(to)), now, lifetime, content);
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Envelope read(EnvelopeJson json) {
        return json.toEnvelope();
    }

    @JsonValue
    EnvelopeJson json() {
        return EnvelopeJson.of(this);
    }

    /** Whether this is mail that must never cause a report (RFC 5321 §4.5.5). */
    public boolean hasNullReversePath() {
        return reversePath.isEmpty();
    }

    /** The class that the queues give to its priority. */
    public Priority priorityClass() {
        return Priority.of(wishes.priority());
    }

    /**
     * Earliest time of the next attempt: the release that the sender asked for, or a retry that leads through further
     * delay topics; the later one if there are both.
     */
    public Optional<Instant> triedFrom() {
        return Stream.of(wishes.releaseAt(), retrying.retryAt())
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder());
    }

    /**
     * Time from which no attempt begins: the end of the queue lifetime, or an earlier deadline of the sender at which
     * the message is returned.
     */
    public Instant triedUntil() {
        return wishes.deliverBy()
                .filter(wish -> wish.mode() == DeliverBy.Mode.RETURN)
                .map(DeliverBy::deadline)
                .filter(expiresAt::isAfter)
                .orElse(expiresAt);
    }

    public Envelope withRecipients(List<Recipient> some) {
        return new Envelope(id, account, reversePath, some, acceptedAt, expiresAt, retrying, wishes, content);
    }

    public Envelope withRetrying(Retrying other) {
        return new Envelope(id, account, reversePath, recipients, acceptedAt, expiresAt, other, wishes, content);
    }

    public Envelope withWishes(Wishes other) {
        return new Envelope(id, account, reversePath, recipients, acceptedAt, expiresAt, retrying, other, content);
    }

    public Envelope withContent(ContentShape other) {
        return new Envelope(id, account, reversePath, recipients, acceptedAt, expiresAt, retrying, wishes, other);
    }

    /** For mail that travels with only a beginning of its header section. */
    public Envelope withHeaderLength(int length) {
        return withContent(content.withHeaderLength(length));
    }

    /**
     * A copy that leaves its delay topic at {@code due} and is tried then or at {@code retry}; {@code tried} if an
     * attempt was made.
     */
    public Envelope deferredUntil(Instant due, Instant retry, boolean tried) {
        return withRetrying(retrying.deferredUntil(due, retry, tried));
    }

    /** A copy that is tried as soon as it leaves its delay topic. */
    public Envelope withoutRetryAt() {
        return withRetrying(retrying.withoutRetryAt());
    }

    /** A copy whose sender has been told that the message waits. */
    public Envelope withDelayReported() {
        return withRetrying(retrying.withDelayReported());
    }

    /** A copy that remembers which reason to wait an outcome has told; empty after an attempt. */
    public Envelope withWaitTold(Optional<String> told) {
        return withRetrying(retrying.withWaitTold(told));
    }

    /** A copy that is a scout, or is none any more; see {@link Retrying#scout()}. */
    public Envelope withScout(boolean is) {
        return retrying.scout() == is ? this : withRetrying(retrying.withScout(is));
    }

    /** A copy that says that an attempt may have been cut short by a crash. */
    public Envelope withDoubt() {
        return withRetrying(retrying.withDoubt());
    }

    /**
     * The deadline that the sender set, and its effect (RFC 2852).
     *
     * @param trace whether each host that passes the message on must report that
     */
    public record DeliverBy(Instant deadline, Mode mode, boolean trace) {
        /** The effect of the deadline on a message that still waits. */
        public enum Mode {
            /** The sender is told, and the message is retried. */
            NOTIFY,
            /** The message is returned. */
            RETURN
        }
    }
}
