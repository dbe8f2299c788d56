package io.milena.topics;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything about a message beside its content: sender, recipients, wishes and progress (RFC 5321 §2.3.1). Immutable.
 *
 * @param id queue id: unique, letters and digits; the client gets it in the reply to its content
 * @param account id of the account that submitted it; empty for the platform's own mail (DSNs)
 * @param reversePath {@code local@domain}, or empty for the null reverse-path
 * @param recipients the remaining forward-paths, never empty; in {@link Topics#OUTBOUND} all of one domain
 * @param acceptedAt when the message was accepted
 * @param expiresAt end of the queue lifetime: no attempt begins after it
 * @param attempt number of attempts already made
 * @param dueAt earliest time at which it leaves its delay topic
 * @param retryAt earliest time of the next attempt, if the way there leads through several delay topics; empty on the
 *     last one
 * @param releaseAt earliest time of the first attempt, by its sender's wish (RFC 4865)
 * @param deliverBy deadline that its sender set (RFC 2852)
 * @param delayReported whether its sender has been told of the delay; once is enough (RFC 3461 §4.1)
 * @param smtpUtf8 the transaction needs SMTPUTF8 (RFC 6531)
 * @param eightBit the content is not 7-bit (RFC 6152)
 * @param requireTls REQUIRETLS: only over hops that are proved and encrypted (RFC 8689 §2)
 * @param tlsOptional {@code TLS-Required: No} in its header section (RFC 8689 §3)
 * @param priority its level, -9 to 9, as passed on in MT-PRIORITY; 0 is the usual one (RFC 6710)
 * @param envelopeId ENVID as given, xtext (RFC 3461 §4.4)
 * @param ret RET: FULL or HDRS
 * @param fromDomain domain of the From: header field, lower case A-labels; chooses the DKIM key
 * @param headerLength octets of the header section at the start of the value, including the empty line that ends it
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

    /** The queue class of its priority. */
    @JsonIgnore
    public Priority priorityClass() {
        return Priority.of(priority);
    }

    /**
     * Earliest time of the next attempt: the release that its sender asked for, or a retry that it is on its way to.
     */
    public Optional<Instant> triedFrom() {
        return Stream.of(releaseAt, retryAt).flatMap(Optional::stream).max(Comparator.naturalOrder());
    }

    /** Time from which no attempt begins: the end of the queue lifetime, or an earlier one that its sender set. */
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

    /** A copy for mail that travels with only a beginning of its header section. */
    public Envelope withHeaderLength(int length) {
        return with(recipients, attempt, dueAt, retryAt, delayReported, inDoubt, length);
    }

    /**
     * A copy that leaves its delay topic when it is {@code due} and is tried at {@code retry}, which is not earlier;
     * {@code tried} counts an attempt.
     */
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

    /** A copy that is tried as soon as it leaves its delay topic. */
    public Envelope withoutRetryAt() {
        return with(recipients, attempt, dueAt, Optional.empty(), delayReported, inDoubt, headerLength);
    }

    /** A copy whose sender has been told of the delay. */
    public Envelope withDelayReported() {
        return with(recipients, attempt, dueAt, retryAt, true, inDoubt, headerLength);
    }

    /** A copy of which an attempt may have been cut short by a crash. */
    public Envelope withDoubt() {
        return with(recipients, attempt, dueAt, retryAt, delayReported, true, headerLength);
    }

    /** A copy with the components that change on the way; all others stay as they were submitted. */
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
     * The deadline that its sender set, and what happens then (RFC 2852).
     *
     * @param trace whether each host that passes the message on must report that
     */
    public record DeliverBy(Instant deadline, Mode mode, boolean trace) {
        /** What happens at the deadline to a message that still waits. */
        public enum Mode {
            /** Its sender is told, and it is retried. */
            NOTIFY,
            /** It is returned. */
            RETURN
        }
    }
}
