package io.milena.delivery.remote;

import io.milena.topics.Recipient;
import java.util.List;
import java.util.Optional;

/**
 * One mail transaction to perform (RFC 5321 §3.3): the envelope as this hop needs it, and the content.
 *
 * @param returnsToUs whether the reverse-path is a return address of the platform, so that the sender hears nothing that is sent there
 * @param smtpUtf8 whether its sender asked for SMTPUTF8 (RFC 6531)
 * @param asciiHeader whether its header section needs no SMTPUTF8
 * @param timeLeft by when it is to be delivered, if its sender said so (RFC 2852)
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

    /** The same where SMTPUTF8 turned out not to be needed. */
    MailTransaction withoutSmtpUtf8() {
        return with(recipients, false, eightBit, content);
    }

    /** The same with its content in seven bits. */
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

    /** Whether its sender and header section are plain ASCII: a recipient that is too then needs no SMTPUTF8. */
    boolean plain() {
        return asciiHeader && isAscii(reversePath);
    }

    static boolean isAscii(String path) {
        return path.chars().allMatch(character -> character < 128);
    }
}
