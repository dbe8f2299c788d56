package io.milena.bounce;

import io.milena.mail.HeaderField;
import io.milena.smtp.EnhancedStatusCode;
import io.milena.smtp.SafeText;
import io.milena.topics.Envelope.DeliverBy;
import io.milena.topics.Failure;
import io.milena.topics.MailRecord;
import io.milena.topics.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The first part of a report, for people: the recipients, the reason, the remote's reply, and what to do about it. */
final class DsnText {
    private static final int WIDTH = 72;
    private static final int LONGEST = 1000;
    private static final String WITHOUT_REQUIRETLS =
            "send the message again without asking for encryption on the whole way (REQUIRETLS), if it may go without.";
    private static final String REFUSED =
            "the recipient's system refuses the message by its own rules. Sending it again unchanged will not help: "
                    + "show this report to your administrator or to the recipient's.";

    private final StringBuilder text = new StringBuilder();

    private DsnText() {}

    static String of(String hostname, MailRecord mail, Action action, List<ReportedRecipient> recipients) {
        var writer = new DsnText();
        writer.paragraph("", "This is the mail system at " + hostname + ".");
        writer.paragraph(
                "",
                "Your message of " + FieldWriter.date(mail.envelope().acceptedAt())
                        + subject(mail)
                                .map(subject -> " with the subject \"" + subject + "\"")
                                .orElse("")
                        + whatHappened(action)
                        + (recipients.size() == 1 ? "this recipient:" : "these " + recipients.size() + " recipients:"));
        for (var one : recipients) {
            writer.recipient(
                    mail.envelope().wishes().releaseAt().orElse(mail.envelope().acceptedAt()), one);
        }
        writer.paragraph(
                "",
                whatNext(mail, action) + deadline(mail) + " Details for your administrator, and "
                        + (OriginalPart.isReturnedWhole(mail, action) ? "your message" : "the header of your message")
                        + ", are attached.");
        return writer.text.substring(0, writer.text.length() - 2);
    }

    private static String deadline(MailRecord mail) {
        return mail.envelope()
                .wishes()
                .deliverBy()
                .map(wish -> " You wanted it delivered by " + FieldWriter.date(wish.deadline())
                        + (wish.mode() == DeliverBy.Mode.RETURN ? ", or returned." : "."))
                .orElse("");
    }

    private static String whatHappened(Action action) {
        return switch (action) {
            case FAILED -> " could not be delivered to ";
            case DELAYED -> " has not yet been delivered to ";
            case RELAYED -> " was passed on for ";
        };
    }

    private static String whatNext(MailRecord mail, Action action) {
        return switch (action) {
            case FAILED -> "It will not be tried again.";
            case DELAYED ->
                "This is a warning only: you need not send it again. It will be tried until "
                        + FieldWriter.date(mail.envelope().triedUntil()) + ".";
            case RELAYED -> "You asked to be told of this; nothing need be done.";
        };
    }

    private void recipient(Instant begun, ReportedRecipient one) {
        var failure = one.failure();
        paragraph("", "<" + SafeText.excerpt(one.recipient().forwardPath(), LONGEST) + ">");
        var why = why(begun, failure);
        if (!why.isEmpty()) {
            paragraph("    ", why);
        }
        failure.reply().ifPresent(reply -> {
            paragraph("    ", server(failure) + (hasBeenTried(failure) ? " last said:" : " said:"));
            paragraph("        ", SafeText.excerpt(reply, LONGEST));
        });
        if (one.action() == Action.FAILED) {
            paragraph("    ", "What to do: " + whatToDo(failure));
        }
    }

    /** Whether it was tried more than once, as a rule. */
    private static boolean hasBeenTried(Failure.Entry failure) {
        return failure.type() == Outcome.Type.EXPIRED || failure.type() == Outcome.Type.DEFERRED;
    }

    private static String server(Failure.Entry failure) {
        return failure.remoteMta()
                .map(mta -> "The server " + SafeText.excerpt(mta, LONGEST).split(" ")[0])
                .orElse("The server");
    }

    private static String why(Instant begun, Failure.Entry failure) {
        // The reply is quoted separately, on lines of its own.
        boolean repeatsReply =
                failure.reply().filter(failure.explanation()::contains).isPresent();
        var explanation = repeatsReply ? "" : sentence(SafeText.excerpt(failure.explanation(), LONGEST));
        var why =
                switch (failure.type()) {
                    case EXPIRED ->
                        "It was tried for " + words(Duration.between(begun, failure.at())) + " without success. ";
                    case DEFERRED ->
                        "It has been tried for " + words(Duration.between(begun, failure.at())) + " without success. ";
                    case DROPPED -> "It was not sent. ";
                    case BOUNCED, CANCELLED, DELIVERED -> "";
                };
        return (why + explanation).strip();
    }

    private static String sentence(String text) {
        if (text.isEmpty()) {
            return text;
        }
        // The name of a host stays as it is.
        var begun = text.split(" ")[0].contains(".")
                ? text
                : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
        return begun.endsWith(".") || begun.endsWith("!") || begun.endsWith("?") ? begun : begun + ".";
    }

    /** Advice by the enhanced status code's subject and detail (RFC 3463 §3). */
    private static String whatToDo(Failure.Entry failure) {
        if (failure.type() == Outcome.Type.EXPIRED) {
            return "what stood in the way may pass, or the recipient's system may be out of order. Send the message again later, or reach"
                    + " the recipient in another way.";
        }
        if (failure.type() == Outcome.Type.DROPPED) {
            return "if the recipient wants your mail, have your administrator take the address off that list.";
        }
        var status = EnhancedStatusCode.leading(failure.status());
        return switch (status.map(code -> code.subject() + "." + code.detail()).orElse("")) {
            case "1.0", "1.1", "1.3", "1.6" ->
                "check the address for mistakes. If it is right, ask the recipient in another way whether it is still in use.";
            case "1.2", "1.10", "4.3", "4.4" ->
                "check what follows the @ for mistakes: no mail can be sent to that domain.";
            case "4.7" -> "send the message again with more time, or without a time by which it is to be delivered.";
            case "2.2" -> "the mailbox is full. Send the message again later, or tell the recipient in another way.";
            // A host that demands encryption of us says 5.7.10 as well.
            case "7.10" -> failure.reply().isPresent() ? REFUSED : WITHOUT_REQUIRETLS;
            case "7.30" -> WITHOUT_REQUIRETLS;
            // A remote host may say so too, of a certificate for instance.
            case "7.5" -> failure.reply().isPresent() ? REFUSED : "show this report to your administrator.";
            case "6.7" ->
                "write to an address without international characters, and leave them out of the header: the recipient's system"
                        + " does not know them.";
            case "2.3", "3.4" ->
                "the message is too large for the recipient's system. Send a smaller one, or a link to what was attached.";
            default ->
                switch (status.map(EnhancedStatusCode::subject).orElse(0)) {
                    case 1, 2 -> "ask the recipient in another way which address to use.";
                    case 6 -> "the recipient's system cannot take this kind of content. Send it in another form.";
                    case 7 -> REFUSED;
                    default -> "show this report to your administrator.";
                };
        };
    }

    private static String words(Duration duration) {
        long minutes = Math.max(1, duration.toMinutes());
        long amount = minutes < 120 ? minutes : duration.toHours();
        return amount + (minutes < 120 ? " minute" : " hour") + (amount == 1 ? "" : "s");
    }

    /**
     * The subject, if it is plain ASCII: encoded words (RFC 2047) and octets of an unknown charset would confuse
     * readers.
     */
    private static Optional<String> subject(MailRecord mail) {
        return HeaderField.parse(mail.content(), mail.envelope().content().headerLength()).stream()
                .filter(field -> field.is("Subject"))
                .findFirst()
                .map(HeaderField::text)
                .filter(subject -> !subject.isEmpty() && !subject.contains("=?") && DsnEncoding.isAscii(subject))
                .map(subject -> SafeText.excerpt(subject, 120));
    }

    private void paragraph(String indent, String sentence) {
        int column = indent.length();
        text.append(indent);
        boolean first = true;
        for (var word : sentence.split(" ")) {
            if (!first && column + 1 + word.length() > WIDTH) {
                text.append("\r\n").append(indent);
                column = indent.length();
            } else if (!first) {
                text.append(' ');
                column++;
            }
            text.append(word);
            column += word.length();
            first = false;
        }
        text.append("\r\n\r\n");
    }
}
