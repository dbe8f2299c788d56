package io.milena.ingest.message;

import io.milena.mail.Trace;
import io.milena.smtp.Command;
import io.milena.smtp.DeliverBy;
import io.milena.smtp.SessionState.Transaction;
import io.milena.topics.BodyReference;
import io.milena.topics.ContentShape;
import io.milena.topics.Envelope;
import io.milena.topics.MailRecord;
import io.milena.topics.Recipient;
import io.milena.topics.Retrying;
import io.milena.topics.Topics;
import io.milena.topics.Wishes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A mail transaction that has come to its content: it makes the envelope and chooses the topic. */
public record Submission(String id, Transaction transaction, Trace trace, Instant at, Duration lifetime) {

    Envelope envelope(
            Optional<String> fromDomain,
            boolean eightBitContent,
            boolean tlsOptional,
            int priority,
            Optional<String> tag,
            int headerLength,
            long size,
            String bodyHash,
            Optional<BodyReference> body) {
        var parameters = transaction.mail().parameters();
        var release = parameters.release().map(wish -> wish.at(at)).filter(instant -> instant.isAfter(at));
        return new Envelope(
                id,
                transaction.account(),
                transaction.mail().reversePath().toString(),
                recipients(),
                at,
                // The queue lifetime of scheduled mail begins with its release.
                release.orElse(at).plus(lifetime),
                Retrying.NONE,
                new Wishes(
                        release,
                        parameters.deliverBy().map(this::deliverBy),
                        parameters.requireTls(),
                        tlsOptional,
                        priority,
                        parameters.envelopeId(),
                        parameters.ret(),
                        tag),
                new ContentShape(
                        parameters.smtpUtf8(),
                        eightBitContent || parameters.eightBit(),
                        fromDomain,
                        headerLength,
                        size,
                        Optional.of(bodyHash),
                        body));
    }

    private Envelope.DeliverBy deliverBy(DeliverBy wish) {
        var mode =
                switch (wish.mode()) {
                    case NOTIFY -> Envelope.DeliverBy.Mode.NOTIFY;
                    case RETURN -> Envelope.DeliverBy.Mode.RETURN;
                };
        return new Envelope.DeliverBy(wish.at(at), mode, wish.trace());
    }

    private List<Recipient> recipients() {
        return transaction.recipients().stream().map(Submission::recipient).toList();
    }

    private static Recipient recipient(Command.Rcpt rcpt) {
        return new Recipient(
                rcpt.forwardPath().toString(),
                rcpt.parameters().originalRecipient(),
                rcpt.parameters().notifyOn());
    }

    /** Number of records that the fan-out will make of the message. */
    int domains() {
        return (int) recipients().stream().map(Recipient::domain).distinct().count();
    }

    /**
     * One domain goes straight to delivery; several are split by the fan-out, so that accepting a message is one write.
     */
    ProducerRecord<byte[], byte[]> route(MailRecord mail) {
        var recipients = mail.envelope().recipients();
        if (transaction.returned()) {
            return mail.to(Topics.RETURNED, recipients.getFirst().forwardPath());
        }
        var domain = recipients.getFirst().domain();
        return recipients.stream().allMatch(recipient -> recipient.domain().equals(domain))
                ? mail.to(Topics.OUTBOUND, domain)
                : mail.to(Topics.ACCEPTED, id);
    }
}
