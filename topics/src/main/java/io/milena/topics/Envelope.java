package io.milena.topics;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What travels beside the content: who it is from and for, and how far it has come (RFC 5321 §2.3.1). Immutable.
 *
 * @param id queue id: unique, letters and digits; what the client was told after DATA
 * @param account id of the account that submitted it; empty for the platform's own mail (DSNs)
 * @param reversePath {@code local@domain}, or empty for the null reverse-path
 * @param recipients the forward-paths still to be served, never empty; in {@link Topics#OUTBOUND} all of one domain
 * @param acceptedAt when the client was promised delivery
 * @param expiresAt end of the queue lifetime: no attempt begins after it
 * @param attempt attempts already made
 * @param dueAt in a delay topic: not before this instant
 * @param retryAt no attempt before this instant, though it leaves the delay topic before: the way there leads through several of them; none on the last
 * @param releaseAt no attempt before this instant, as its sender wished (RFC 4865)
 * @param deliverBy by when its sender wants it delivered (RFC 2852)
 * @param delayReported whether its sender has been told that it waits; once is enough (RFC 3461 §4.1)
 * @param smtpUtf8 the transaction needs SMTPUTF8 (RFC 6531)
 * @param eightBit the content is not 7-bit (RFC 6152)
 * @param requireTls REQUIRETLS: only over hops that are proved and encrypted (RFC 8689 §2)
 * @param tlsOptional {@code TLS-Required: No} in its header section (RFC 8689 §3)
 * @param priority its level, -9 to 9, as it goes on in MT-PRIORITY; 0 is the usual one (RFC 6710)
 * @param envelopeId ENVID as given, xtext (RFC 3461 §4.4)
 * @param ret RET: FULL or HDRS
 * @param fromDomain domain of the From: header field, lower case A-labels; chooses the DKIM key
 * @param headerLength octets of the header section, with the empty line that ends it, at the start of the value
 * @param size octets of the whole content
 * @param bodyHash base64 SHA-256 of the body in DKIM's relaxed canonicalization (RFC 6376 §3.4.4)
 * @param body where the body is, if it does not follow the header section in the value
 * @param inDoubt whether an attempt may have been cut short by a crash, so that some remote may have it already
 */
public record Envelope(
        String id,
        String account,
        String reversePath,
        List<Recipient> recipients,
        Instant acceptedAt,
        Instant expiresAt,
        int attempt,
        Optional<Instant> dueAt,
        Optional<Instant> retryAt,
        Optional<Instant> releaseAt,
        Optional<DeliverBy> deliverBy,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean delayReported,
        boolean smtpUtf8,
        boolean eightBit,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean requireTls,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean tlsOptional,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int priority,
        Optional<String> envelopeId,
        Optional<String> ret,
        Optional<String> fromDomain,
        int headerLength,
        long size,
        Optional<String> bodyHash,
        Optional<BodyReference> body,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean inDoubt) {

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
        if (priority < Priority.LOWEST_LEVEL || priority > Priority.HIGHEST_LEVEL) {
            throw new IllegalArgumentException("priority: " + priority + " (expected: -9 to 9)");
        }
        recipients = List.copyOf(recipients);
        account = account == null ? "" : account;
        reversePath = reversePath == null ? "" : reversePath;
        dueAt = present(dueAt);
        retryAt = present(retryAt);
        releaseAt = present(releaseAt);
        deliverBy = present(deliverBy);
        envelopeId = present(envelopeId);
        ret = present(ret);
        fromDomain = present(fromDomain);
        bodyHash = present(bodyHash);
        body = present(body);
    }

    // Jackson gives null for an Optional that a record's JSON leaves out.
    @SuppressWarnings("OptionalAssignedToNull")
    private static <T> Optional<T> present(Optional<T> value) {
        return value == null ? Optional.empty() : value;
    }

    /** Whether this is mail that must never cause a report (RFC 5321 §4.5.5). */
    @JsonIgnore
    public boolean hasNullReversePath() {
        return reversePath.isEmpty();
    }

    /** What the queues make of its priority. */
    @JsonIgnore
    public Priority priorityClass() {
        return Priority.of(priority);
    }

    /** No attempt begins before: what its sender wished, or a retry that it is on its way to. */
    public Optional<Instant> triedFrom() {
        return Stream.of(releaseAt, retryAt).flatMap(Optional::stream).max(Comparator.naturalOrder());
    }

    /** No attempt begins from here on: the end of the queue lifetime, or an earlier one that its sender set. */
    public Instant triedUntil() {
        return deliverBy
                .filter(wish -> wish.mode() == DeliverBy.Mode.RETURN)
                .map(DeliverBy::deadline)
                .filter(expiresAt::isAfter)
                .orElse(expiresAt);
    }

    public Envelope withRecipients(List<Recipient> some) {
        return with(some, attempt, dueAt, retryAt, delayReported, inDoubt, headerLength);
    }

    /** The same for mail that travels with a beginning of its header section only. */
    public Envelope withHeaderLength(int length) {
        return with(recipients, attempt, dueAt, retryAt, delayReported, inDoubt, length);
    }

    /** The same, to leave its delay topic when it is {@code due} and to be tried then or later; {@code tried} if an attempt was made. */
    public Envelope deferredUntil(Instant due, Instant retry, boolean tried) {
        return with(
                recipients,
                tried ? attempt + 1 : attempt,
                Optional.of(due),
                Optional.of(retry).filter(due::isBefore),
                delayReported,
                inDoubt,
                headerLength);
    }

    /** The same, to be tried as soon as it leaves its delay topic. */
    public Envelope withoutRetryAt() {
        return with(recipients, attempt, dueAt, Optional.empty(), delayReported, inDoubt, headerLength);
    }

    /** The same, once its sender has been told that it waits. */
    public Envelope withDelayReported() {
        return with(recipients, attempt, dueAt, retryAt, true, inDoubt, headerLength);
    }

    /** The same, once an attempt may have been cut short by a crash. */
    public Envelope withDoubt() {
        return with(recipients, attempt, dueAt, retryAt, delayReported, true, headerLength);
    }

    /** What changes on the way; all else stays as it was submitted. */
    private Envelope with(
            List<Recipient> some,
            int attempts,
            Optional<Instant> due,
            Optional<Instant> retry,
            boolean told,
            boolean doubt,
            int lengthOfHeader) {
        return new Envelope(
                id,
                account,
                reversePath,
                some,
                acceptedAt,
                expiresAt,
                attempts,
                due,
                retry,
                releaseAt,
                deliverBy,
                told,
                smtpUtf8,
                eightBit,
                requireTls,
                tlsOptional,
                priority,
                envelopeId,
                ret,
                fromDomain,
                lengthOfHeader,
                size,
                bodyHash,
                body,
                doubt);
    }

    /**
     * By when its sender wants a message delivered, and what is to happen otherwise (RFC 2852).
     *
     * @param trace whether each host that passes it on is to say so
     */
    public record DeliverBy(Instant deadline, Mode mode, boolean trace) {
        /** What is to happen at the deadline to a message that still waits. */
        public enum Mode {
            /** Its sender is told, and it is tried further. */
            NOTIFY,
            /** It goes back. */
            RETURN
        }
    }
}
