package io.milena.delivery.remote;

import io.milena.topics.Recipient;
import java.util.List;
import java.util.Optional;

/**
 * One mail transaction to perform (RFC 5321 §3.3): the envelope for this hop, and the content.
 *
 * @param returnsToUs whether the reverse-path is a return address of the platform, so that reports sent there do not
 *     reach the sender
 * @param smtpUtf8 whether its sender asked for SMTPUTF8 (RFC 6531)
 * @param asciiHeader whether its header section needs no SMTPUTF8
 * @param timeLeft the deadline, if its sender set one (RFC 2852)
 * @param everyHop whether REQUIRETLS is passed on (RFC 8689)
 * @param priority its level (RFC 6710)
 */
public record MailTransaction(
        String reversePath,
        boolean returnsToUs,
        List<Recipient> recipients,
        boolean smtpUtf8,
        boolean asciiHeader,
        boolean eightBit,
        boolean everyHop,
        Optional<String> envelopeId,
        Optional<String> ret,
        Optional<TimeLeft> timeLeft,
        int priority,
        Content content) {
    MailTransaction withRecipients(List<Recipient> some) {
        return with(some, smtpUtf8, eightBit, content);
    }

    /** A copy without SMTPUTF8, which it does not need. */
    MailTransaction withoutSmtpUtf8() {
        return with(recipients, false, eightBit, content);
    }

    /** A copy with its content in seven bits. */
    MailTransaction withSevenBit(Content converted) {
        return with(recipients, smtpUtf8, false, converted);
    }

    private MailTransaction with(List<Recipient> some, boolean utf8, boolean eight, Content sent) {
        return new MailTransaction(
                reversePath,
                returnsToUs,
                some,
                utf8,
                asciiHeader,
                eight,
                everyHop,
                envelopeId,
                ret,
                timeLeft,
                priority,
                sent);
    }

    /** Whether its sender and header section are ASCII: then an ASCII recipient needs no SMTPUTF8. */
    boolean plain() {
        return asciiHeader && isAscii(reversePath);
    }

    static boolean isAscii(String path) {
        return path.chars().allMatch(character -> character < 128);
    }
}
