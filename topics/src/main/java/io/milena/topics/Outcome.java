package io.milena.topics;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The result of one attempt for one recipient: a record of {@link Topics#OUTCOMES}, a public contract
 * ({@code docs/outcome.schema.json}), written as {@link OutcomeJson}. Every recipient has exactly one that is
 * {@linkplain Type#terminal() terminal}.
 *
 * @param id queue id of the message
 * @param attempt 1 for the first attempt
 * @param status enhanced status code, e.g. {@code 5.1.1}: the remote's own where it gave one
 * @param reply the remote's words, made safe for a line of text: whole, or head and tail if longer than 2 KiB
 * @param connection the connection over which the reply came; {@link Connection#NONE} if no host had a part in it
 * @param queuedMillis from acceptance to this outcome
 * @param retryAt for a deferral: time of the next attempt
 * @param inDoubt whether an earlier attempt may have been cut short by a crash, so that the remote may have the message
 *     twice
 */
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
        Connection connection,
        long queuedMillis,
        Optional<Instant> retryAt,
        boolean inDoubt) {

    /** The outcome of an attempt of ours, without a reply and a connection at first. */
    public static Outcome of(
            Type type, Envelope envelope, Recipient recipient, Instant at, int attempt, String status) {
        return new Outcome(
                type,
                envelope.id(),
                envelope.account(),
                envelope.reversePath(),
                recipient.forwardPath(),
                at,
                attempt,
                status,
                Optional.empty(),
                Connection.NONE,
                Duration.between(envelope.acceptedAt(), at).toMillis(),
                Optional.empty(),
                envelope.retrying().inDoubt());
    }

    /** A copy with these words of the remote, or a sentence of ours for a person. */
    public Outcome saying(String words) {
        return with(Optional.of(words), connection, retryAt);
    }

    public Outcome over(Connection used) {
        return with(reply, used, retryAt);
    }

    public Outcome triedAgain(Optional<Instant> next) {
        return with(reply, connection, next);
    }

    private Outcome with(Optional<String> words, Connection used, Optional<Instant> next) {
        return new Outcome(
                type,
                id,
                account,
                reversePath,
                recipient,
                at,
                attempt,
                status,
                words,
                used,
                queuedMillis,
                next,
                inDoubt);
    }

    /**
     * The connection of an attempt.
     *
     * @param remoteMta host that gave the reply, e.g. {@code mx.example.com}, and its address
     * @param tls protocol and cipher, e.g. {@code TLSv1.3 TLS_AES_128_GCM_SHA256}; absent in clear
     * @param tlsPolicy the rule by which the connection had to be secured: {@code opportunistic}, {@code require},
     *     {@code verify}, {@code sts}, {@code dane} …
     * @param tlsFailure the failure of TLS in the words of a TLS report (RFC 8460 §4.3); mail may have gone all the
     *     same if the rule allows it
     * @param source the egress source of the connection, where one is configured
     */
    public record Connection(
            Optional<String> remoteMta,
            Optional<String> remoteAddress,
            Optional<String> tls,
            Optional<String> tlsPolicy,
            Optional<String> tlsFailure,
            Optional<String> source) {
        public static final Connection NONE = new Connection(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());

        /** A connection to a host of which only the name is known. */
        public static Connection to(Optional<String> remoteMta) {
            return new Connection(
                    remoteMta,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Outcome read(OutcomeJson json) {
        return json.toOutcome();
    }

    @JsonValue
    OutcomeJson json() {
        return OutcomeJson.of(this);
    }

    /** The Kafka record of this outcome. */
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
