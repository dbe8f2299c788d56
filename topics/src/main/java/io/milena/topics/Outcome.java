package io.milena.topics;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The result of one attempt for one recipient: a record of {@link Topics#OUTCOMES}, a public contract
 * ({@code docs/outcome.schema.json}). Every recipient has exactly one that is {@linkplain Type#terminal() terminal}.
 *
 * @param id queue id of the message
 * @param attempt 1 for the first attempt
 * @param status enhanced status code, e.g. {@code 5.1.1}: the remote's own if it gave one
 * @param reply the remote's reply as safe text on one line: whole, or head and tail if it is longer than 2 KiB
 * @param remoteMta host that replied, e.g. {@code mx.example.com}, and its address
 * @param tls protocol and cipher of the connection, e.g. {@code TLSv1.3 TLS_AES_128_GCM_SHA256}; absent in clear
 * @param tlsPolicy the rule for securing the connection: {@code opportunistic}, {@code require}, {@code verify},
 *     {@code sts}, {@code dane} …
 * @param tlsFailure what was wrong with TLS, in the words of a TLS report (RFC 8460 §4.3); mail may have been sent all
 *     the same if the rule allows it
 * @param source the egress source that it was sent from, if one is configured
 * @param queuedMillis from acceptance to this outcome
 * @param retryAt for a deferral: time of the next attempt
 * @param inDoubt whether an attempt before this one may have been cut short by a crash, so that the remote may have the
 *     message twice
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Outcome(
        Type type,
        String id,
        String account,
        String reversePath,
        String recipient,
        Instant at,
        int attempt,
        String status,
        Optional<String> reply,
        Optional<String> remoteMta,
        Optional<String> remoteAddress,
        Optional<String> tls,
        Optional<String> tlsPolicy,
        Optional<String> tlsFailure,
        Optional<String> source,
        long queuedMillis,
        Optional<Instant> retryAt,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean inDoubt) {

    /** An outcome in which no host took part; {@code why} is a sentence for a person. */
    public static Outcome ofOurs(
            Type type, Envelope envelope, Recipient recipient, Instant at, int attempt, String status, String why) {
        return new Outcome(
                type,
                envelope.id(),
                envelope.account(),
                envelope.reversePath(),
                recipient.forwardPath(),
                at,
                attempt,
                status,
                Optional.of(why),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.between(envelope.acceptedAt(), at).toMillis(),
                Optional.empty(),
                envelope.inDoubt());
    }

    /** The record of this outcome. */
    public ProducerRecord<byte[], byte[]> record() {
        return new ProducerRecord<>(Topics.OUTCOMES, id.getBytes(StandardCharsets.UTF_8), Json.write(this));
    }

    /** The kinds of outcome. */
    public enum Type {
        DELIVERED,
        DEFERRED,
        BOUNCED,
        EXPIRED,
        DROPPED,
        CANCELLED;

        public boolean terminal() {
            return this != DEFERRED;
        }
    }
}
