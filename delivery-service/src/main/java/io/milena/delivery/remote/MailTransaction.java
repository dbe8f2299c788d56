package io.milena.delivery.remote;

import io.milena.topics.Recipient;
import java.util.List;
import java.util.Optional;

/** One mail transaction to perform (RFC 5321 §3.3): the envelope as this hop needs it, and the content. */
public record MailTransaction(
        String reversePath,
        List<Recipient> recipients,
        boolean smtpUtf8,
        boolean eightBit,
        Optional<String> envelopeId,
        Optional<String> ret,
        Optional<TimeLeft> timeLeft,
        Content content) {
    MailTransaction withRecipients(List<Recipient> some) {
        return new MailTransaction(reversePath, some, smtpUtf8, eightBit, envelopeId, ret, timeLeft, content);
    }
}
