package io.milena.delivery.remote;

import io.milena.smtp.EhloReply;
import io.milena.topics.Recipient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What of a message a host can't take by its own word, so that it is not tried (RFC 1870 §6.1, RFC 2852 §4.1, RFC 6531 §3.2).
 *
 * @param results for the recipients that are settled by it
 * @param sendable the rest, in a form that the host knows
 */
record Unsuitability(List<RecipientResult> results, Optional<MailTransaction> sendable) {
    static Unsuitability of(MailTransaction mail, EhloReply ehlo, RemoteHost remote) {
        OptionalLong limit = ehlo.sizeLimit();
        if (limit.isPresent() && mail.content().size() > limit.getAsLong()) {
            var cause = new Cause.Unsuitable(
                    remote,
                    "5.3.4",
                    "the message has " + mail.content().size() + " octets, " + remote.name() + " takes "
                            + limit.getAsLong());
            return new Unsuitability(refused(mail.recipients(), cause), Optional.empty());
        }
        var late = mail.timeLeft().flatMap(left -> left.unsuitable(remote, ehlo));
        if (late.isPresent()) {
            return new Unsuitability(refused(mail.recipients(), late.get()), Optional.empty());
        }
        return mail.smtpUtf8() && !ehlo.offers("SMTPUTF8")
                ? withoutSmtpUtf8(mail, remote)
                : new Unsuitability(List.of(), Optional.of(mail));
    }

    /** Where neither header nor addresses need the extension nothing is lost without it. */
    private static Unsuitability withoutSmtpUtf8(MailTransaction mail, RemoteHost remote) {
        var plain = new ArrayList<Recipient>();
        var international = new ArrayList<Recipient>();
        for (var recipient : mail.recipients()) {
            (mail.plain() && MailTransaction.isAscii(recipient.forwardPath()) ? plain : international).add(recipient);
        }
        var cause = new Cause.Unsuitable(
                remote, "5.6.7", remote.name() + " does not take internationalized addresses (SMTPUTF8)");
        return new Unsuitability(
                refused(international, cause),
                plain.isEmpty()
                        ? Optional.empty()
                        : Optional.of(mail.withRecipients(plain).withoutSmtpUtf8()));
    }

    private static List<RecipientResult> refused(List<Recipient> recipients, Cause cause) {
        return recipients.stream()
                .<RecipientResult>map(recipient -> new RecipientResult.NotDelivered(recipient, cause))
                .toList();
    }
}
