package io.milena.bounce;

import io.milena.smtp.EnhancedStatusCode;
import io.milena.smtp.SafeText;
import io.milena.topics.Envelope;
import io.milena.topics.Failure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The second part of a report, for programs (RFC 3464 §2), in the form of RFC 6533 §4 if an address and the sender's
 * transaction were international.
 */
final class DeliveryStatusPart {
    private static final int LONGEST = 1000;
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private final String reportingMta;
    private final Envelope envelope;
    private final boolean global;

    private DeliveryStatusPart(String reportingMta, Envelope envelope, boolean global) {
        this.reportingMta = reportingMta;
        this.envelope = envelope;
        this.global = global;
    }

    static BodyPart of(String reportingMta, Envelope envelope, List<ReportedRecipient> recipients) {
        boolean global = envelope.content().smtpUtf8() && ReportedRecipient.anyInternational(recipients);
        var part = new DeliveryStatusPart(reportingMta, envelope, global);
        return BodyPart.asIs(
                global ? "message/global-delivery-status" : "message/delivery-status",
                part.fields(recipients).getBytes(StandardCharsets.UTF_8));
    }

    private String fields(List<ReportedRecipient> recipients) {
        var fields = new FieldWriter();
        fields.field("Original-Envelope-Id", envelope.wishes().envelopeId().map(id -> clean(DsnEncoding.decode(id))))
                .field("Reporting-MTA", ourselves())
                .field("X-Milena-Queue-Id", clean(envelope.id()))
                .field("Arrival-Date", FieldWriter.date(envelope.acceptedAt()))
                // RFC 2852 §5
                .field("Deliver-By-Date", envelope.wishes().deliverBy().map(wish -> FieldWriter.date(wish.deadline())));
        for (var one : recipients) {
            recipient(fields.emptyLine(), one);
        }
        return fields.toString();
    }

    /** RFC 3461 §6.3: the type dns is for fully qualified names. */
    private String ourselves() {
        var type = reportingMta.contains(".") ? "dns" : "x-local-hostname";
        return type + "; " + reportingMta;
    }

    private void recipient(FieldWriter fields, ReportedRecipient one) {
        var failure = one.failure();
        fields.field("Original-Recipient", one.recipient().originalRecipient().map(this::originalRecipient))
                .field("Final-Recipient", address("rfc822", one.recipient().forwardPath()))
                .field("Action", one.action().keyword())
                .field("Status", status(one))
                .field(
                        "Remote-MTA",
                        failure.remoteMta()
                                .map(mta -> "dns; " + hostName(clean(mta).split(" ")[0])))
                .field("Diagnostic-Code", diagnosticCode(failure))
                .field("Last-Attempt-Date", FieldWriter.date(failure.at()))
                // RFC 3464 §2.3.8
                .field(
                        "Will-Retry-Until",
                        one.action() == Action.DELAYED
                                ? Optional.of(FieldWriter.date(envelope.triedUntil()))
                                : Optional.empty());
    }

    /** ORCPT is {@code addr-type;xtext}, and its field has both without the encoding (RFC 3464 §2.3.1). */
    private String originalRecipient(String orcpt) {
        int semicolon = orcpt.indexOf(';');
        if (semicolon < 1) {
            return address("rfc822", DsnEncoding.decode(orcpt));
        }
        return address(
                orcpt.substring(0, semicolon),
                DsnEncoding.decodeAddress(DsnEncoding.decode(orcpt.substring(semicolon + 1))));
    }

    private String address(String type, String address) {
        if (DsnEncoding.isAscii(address)) {
            return SafeText.asciiExcerpt(type, 40) + "; " + SafeText.excerpt(address, LONGEST);
        }
        // The encoding of RFC 6533 escapes all unsafe characters.
        return "utf-8; " + (global ? SafeText.excerpt(address, LONGEST) : DsnEncoding.encodeAddress(address.strip()));
    }

    /** RFC 3464 §2.3.4: a status of the class of the action; a recipient may have failed after transient refusals. */
    private static String status(ReportedRecipient one) {
        var status = EnhancedStatusCode.leading(one.failure().status());
        return switch (one.action()) {
            case FAILED ->
                status.filter(code -> code.classDigit() != 2)
                        .map(EnhancedStatusCode::toString)
                        .orElse("5.0.0");
            case DELAYED ->
                status.filter(code -> code.classDigit() == 4)
                        .map(EnhancedStatusCode::toString)
                        .orElse("4.0.0");
            case RELAYED ->
                status.filter(code -> code.classDigit() == 2)
                        .map(EnhancedStatusCode::toString)
                        .orElse("2.0.0");
        };
    }

    private String diagnosticCode(Failure.Entry failure) {
        return failure.reply()
                .map(reply -> "smtp; " + clean(reply))
                // RFC 3464 §2.1.2: without a reply of a remote, only our own type fits.
                .orElseGet(() -> "x-milena; " + clean(failure.explanation()));
    }

    /** RFC 3464 §2.1.2: the type dns takes a domain or, as in SMTP, an address literal. */
    private static String hostName(String name) {
        if (name.contains(":")) {
            return name.startsWith("[") ? name : "[IPv6:" + name + "]";
        }
        return IPV4.matcher(name).matches() ? "[" + name + "]" : name;
    }

    private String clean(String text) {
        return global ? SafeText.excerpt(text, LONGEST) : SafeText.asciiExcerpt(text, LONGEST);
    }
}
