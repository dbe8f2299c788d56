package io.milena.delivery.remote;

import io.milena.smtp.EhloReply;
import io.milena.topics.Recipient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The parts of a message that a host cannot take by its own announcement, so that they are not tried (RFC 1870 §6.1,
 * RFC 2852 §4.1, RFC 6152 §3, RFC 6531 §3.2).
 *
 * @param results for the recipients that this settles
 * @param sendable the rest, in a form that the host supports
 */
record Unsuitability(List<RecipientResult> results, Optional<MailTransaction> sendable) {
    /** Reads the content if it must be converted, and throws if it cannot be read. */
    static Unsuitability of(MailTransaction mail, EhloReply ehlo, RemoteHost remote) throws Content.Unreadable {
        if (isTooLarge(mail, ehlo)) {
            return tooLarge(mail, ehlo, remote);
        }
        var late = mail.timeLeft().flatMap(left -> left.unsuitable(remote, ehlo));
        if (late.isPresent()) {
            return wholly(mail, late.get());
        }
        var extended = mail.smtpUtf8() && !ehlo.offers("SMTPUTF8")
                ? withoutSmtpUtf8(mail, remote)
                : new Unsuitability(List.of(), Optional.of(mail));
        return extended.sendable().isEmpty()
                ? extended
                : extended.and(sevenBit(extended.sendable().get(), ehlo, remote));
    }

    private Unsuitability and(Unsuitability ofSendable) {
        var all = new ArrayList<>(results);
        all.addAll(ofSendable.results());
        return new Unsuitability(all, ofSendable.sendable());
    }

    private static boolean isTooLarge(MailTransaction mail, EhloReply ehlo) {
        var limit = ehlo.sizeLimit();
        return limit.isPresent() && mail.content().size() > limit.getAsLong();
    }

    private static Unsuitability tooLarge(MailTransaction mail, EhloReply ehlo, RemoteHost remote) {
        return wholly(
                mail,
                new Cause.Unsuitable(
                        remote,
                        "5.3.4",
                        "the message has " + mail.content().size() + " octets, " + remote.name() + " takes "
                                + ehlo.sizeLimit().getAsLong()));
    }

    /** RFC 6152 §3: a host that does not take 8-bit content gets it in seven bits, or not at all. */
    private static Unsuitability sevenBit(MailTransaction mail, EhloReply ehlo, RemoteHost remote)
            throws Content.Unreadable {
        // RFC 6531 §3.1: a host with SMTPUTF8 has 8BITMIME too, and an international header section cannot be
        // converted.
        if (!mail.eightBit() || ehlo.offers("8BITMIME") || mail.smtpUtf8()) {
            return new Unsuitability(List.of(), Optional.of(mail));
        }
        return switch (mail.content().sevenBit()) {
            case Content.AsItIs asItIs -> new Unsuitability(List.of(), Optional.of(mail));
            case Content.Converted(var content) -> {
                var converted = mail.withSevenBit(content);
                yield isTooLarge(converted, ehlo)
                        ? tooLarge(converted, ehlo, remote)
                        : new Unsuitability(List.of(), Optional.of(converted));
            }
            case Content.Impossible(var explanation) ->
                wholly(
                        mail,
                        new Cause.Unsuitable(
                                remote,
                                "5.6.3",
                                remote.name() + " does not take 8-bit content (8BITMIME), and it can't be converted: "
                                        + explanation));
        };
    }

    private static Unsuitability wholly(MailTransaction mail, Cause cause) {
        return new Unsuitability(RecipientResult.notDelivered(mail.recipients(), cause), Optional.empty());
    }

    /** If neither header nor addresses need the extension, nothing is lost without it. */
    private static Unsuitability withoutSmtpUtf8(MailTransaction mail, RemoteHost remote) {
        var plain = new ArrayList<Recipient>();
        var international = new ArrayList<Recipient>();
        for (var recipient : mail.recipients()) {
            (mail.plain() && MailTransaction.isAscii(recipient.forwardPath()) ? plain : international).add(recipient);
        }
        var cause = new Cause.Unsuitable(
                remote, "5.6.7", remote.name() + " does not take internationalized addresses (SMTPUTF8)");
        return new Unsuitability(
                RecipientResult.notDelivered(international, cause),
                plain.isEmpty()
                        ? Optional.empty()
                        : Optional.of(mail.withRecipients(plain).withoutSmtpUtf8()));
    }
}
