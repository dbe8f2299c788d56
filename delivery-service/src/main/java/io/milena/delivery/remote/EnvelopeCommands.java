package io.milena.delivery.remote;

import io.milena.smtp.EhloReply;
import io.milena.topics.Recipient;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * MAIL and RCPT of a transaction, with the parameters that the host supports (RFC 1870, 2852, 3461, 6152, 6531, 6710,
 * 8689). Immutable.
 */
record EnvelopeCommands(MailTransaction mail, EhloReply ehlo, boolean encrypted) {
    /**
     * The extensions that MAIL and RCPT use and can do without: the message goes on without their parameters, in seven
     * bits if need be.
     */
    Set<String> dispensable() {
        var used = new TreeSet<String>();
        if (ehlo.offers("SIZE")) {
            used.add("SIZE");
        }
        if (mail.eightBit() && ehlo.offers("8BITMIME") && !mail.smtpUtf8()) {
            used.add("8BITMIME");
        }
        if (ehlo.offers("DSN")
                && (mail.ret().isPresent()
                        || mail.envelopeId().isPresent()
                        || mail.recipients().stream().anyMatch(this::hasDsnParameters))) {
            used.add("DSN");
        }
        if (ehlo.offers("DELIVERBY") && mail.timeLeft().isPresent()) {
            used.add("DELIVERBY");
        }
        if (ehlo.offers("MT-PRIORITY")) {
            used.add("MT-PRIORITY");
        }
        return used;
    }

    private boolean hasDsnParameters(Recipient recipient) {
        return !notifyOn(recipient).isEmpty() || recipient.originalRecipient().isPresent();
    }

    String mailFrom() {
        var line = new StringBuilder("MAIL FROM:<").append(mail.reversePath()).append('>');
        if (ehlo.offers("SIZE")) {
            line.append(" SIZE=").append(mail.content().size());
        }
        if (mail.eightBit() && ehlo.offers("8BITMIME")) {
            line.append(" BODY=8BITMIME");
        }
        if (mail.smtpUtf8()) {
            line.append(" SMTPUTF8");
        }
        // RFC 8689 §2: never in clear; a bounce report may go without it.
        if (mail.everyHop() && encrypted && ehlo.offers("REQUIRETLS")) {
            line.append(" REQUIRETLS");
        }
        if (ehlo.offers("DSN")) {
            mail.ret().ifPresent(ret -> line.append(" RET=").append(ret));
            mail.envelopeId().ifPresent(id -> line.append(" ENVID=").append(id));
        }
        if (ehlo.offers("DELIVERBY")) {
            mail.timeLeft().ifPresent(left -> line.append(" BY=").append(left.parameter()));
        }
        // RFC 6710 §4.2: also the usual level, for which the host may have a rule of its own.
        if (ehlo.offers("MT-PRIORITY")) {
            line.append(" MT-PRIORITY=").append(mail.priority());
        }
        return line.toString();
    }

    String rcptTo(Recipient recipient) {
        var line =
                new StringBuilder("RCPT TO:<").append(recipient.forwardPath()).append('>');
        if (ehlo.offers("DSN")) {
            var notifyOn = notifyOn(recipient);
            if (!notifyOn.isEmpty()) {
                line.append(" NOTIFY=").append(notifyOn.stream().sorted().collect(Collectors.joining(",")));
            }
            recipient
                    .originalRecipient()
                    .ifPresent(original -> line.append(" ORCPT=").append(mail.smtpUtf8() ? original : ascii(original)));
        }
        return line.toString();
    }

    /** RFC 6533 §3: without SMTPUTF8 an international original recipient goes as utf-8-addr-xtext. */
    private static String ascii(String original) {
        var ascii = new StringBuilder();
        original.codePoints().forEach(c -> {
            if (c < 0x80) {
                ascii.append((char) c);
            } else {
                ascii.append("\\x{")
                        .append(Integer.toHexString(c).toUpperCase(Locale.ROOT))
                        .append('}');
            }
        });
        return ascii.toString();
    }

    private Set<String> notifyOn(Recipient recipient) {
        var wished = mail.timeLeft().map(left -> left.notifyOn(recipient, ehlo)).orElse(recipient.notifyOn());
        if (!mail.returnsToUs() || !wished.contains("SUCCESS")) {
            return wished;
        }
        // We report success to the sender ourselves: a report to the return address would not reach the sender.
        var others = new TreeSet<>(wished);
        others.remove("SUCCESS");
        return others.isEmpty() ? Set.of("FAILURE") : others;
    }
}
