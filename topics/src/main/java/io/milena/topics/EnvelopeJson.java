package io.milena.topics;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.milena.topics.Envelope.DeliverBy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * {@link Envelope} as it is written: one flat object of JSON, whose names and order stay as they are. Fields may be added;
 * a reader of an older version ignores them.
 */
record EnvelopeJson(
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
        Optional<String> tag,
        Optional<String> fromDomain,
        int headerLength,
        long size,
        Optional<String> bodyHash,
        Optional<BodyReference> body,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean inDoubt,
        Optional<String> waitTold,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean scout) {

    static EnvelopeJson of(Envelope envelope) {
        var retrying = envelope.retrying();
        var wishes = envelope.wishes();
        var content = envelope.content();
        return new EnvelopeJson(
                envelope.id(),
                envelope.account(),
                envelope.reversePath(),
                envelope.recipients(),
                envelope.acceptedAt(),
                envelope.expiresAt(),
                retrying.attempts(),
                retrying.dueAt(),
                retrying.retryAt(),
                wishes.releaseAt(),
                wishes.deliverBy(),
                retrying.delayReported(),
                content.smtpUtf8(),
                content.eightBit(),
                wishes.requireTls(),
                wishes.tlsOptional(),
                wishes.priority(),
                wishes.envelopeId(),
                wishes.ret(),
                wishes.tag(),
                content.fromDomain(),
                content.headerLength(),
                content.size(),
                content.bodyHash(),
                content.body(),
                retrying.inDoubt(),
                retrying.waitTold(),
                retrying.scout());
    }

    Envelope toEnvelope() {
        return new Envelope(
                id,
                account,
                reversePath,
                recipients,
                acceptedAt,
                expiresAt,
                new Retrying(
                        attempt, present(dueAt), present(retryAt), delayReported, inDoubt, present(waitTold), scout),
                new Wishes(
                        present(releaseAt),
                        present(deliverBy),
                        requireTls,
                        tlsOptional,
                        priority,
                        present(envelopeId),
                        present(ret),
                        present(tag)),
                new ContentShape(
                        smtpUtf8, eightBit, present(fromDomain), headerLength, size, present(bodyHash), present(body)));
    }

    // Jackson gives null for an Optional that a record's JSON leaves out.
    @SuppressWarnings("OptionalAssignedToNull")
    private static <T> Optional<T> present(Optional<T> value) {
        return value == null ? Optional.empty() : value;
    }
}
