package io.milena.bounce;

import io.milena.smtp.EnhancedStatusCode;
import io.milena.topics.Envelope;
import io.milena.topics.Failure;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The second part of a report, for machines (RFC 3464 §2; RFC 6533 §4 where an address is international and the sender's transaction was). */
final class DeliveryStatusPart {
    private static final int LONGEST = 1000;

    private final String reportingMta;
    private final Envelope envelope;
    private final boolean global;

    private DeliveryStatusPart(String reportingMta, Envelope envelope, boolean global) {
        this.reportingMta = reportingMta;
        this.envelope = envelope;
        this.global = global;
    }

    static BodyPart of(String reportingMta, Envelope envelope, List<ReportedRecipient> recipients) {
        boolean global = envelope.smtpUtf8() && ReportedRecipient.anyInternational(recipients);
        var part = new DeliveryStatusPart(reportingMta, envelope, global);
        return BodyPart.asIs(
                global ? "message/global-delivery-status" : "message/delivery-status",
                part.fields(recipients).getBytes(StandardCharsets.UTF_8));
    }

    private String fields(List<ReportedRecipient> recipients) {
        var fields = new FieldWriter();
        fields.field("Original-Envelope-Id", envelope.envelopeId().map(id -> clean(DsnEncoding.decode(id))))
                .field("Reporting-MTA", "dns; " + reportingMta)
                .field("X-Milena-Queue-Id", clean(envelope.id()))
                .field("Arrival-Date", FieldWriter.date(envelope.acceptedAt()));
        for (var one : recipients) {
            recipient(fields.emptyLine(), one);
        }
        return fields.toString();
    }

    private void recipient(FieldWriter fields, ReportedRecipient one) {
        var failure = one.failure();
        fields.field("Original-Recipient", one.recipient().originalRecipient().map(this::originalRecipient))
                .field("Final-Recipient", address("rfc822", one.recipient().forwardPath()))
                .field("Action", "failed")
                .field("Status", status(failure))
                .field(
                        "Remote-MTA",
                        failure.remoteMta().map(mta -> "dns; " + clean(mta).split(" ")[0]))
                .field("Diagnostic-Code", diagnosticCode(failure))
                .field("Last-Attempt-Date", FieldWriter.date(failure.at()));
    }

    /** ORCPT is {@code addr-type;xtext}, and its field the same without the encoding (RFC 3464 §2.3.1). */
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
        var clean = CleanText.line(address, LONGEST);
        if (CleanText.isAscii(clean)) {
            return CleanText.ascii(type, 40) + "; " + clean;
        }
        return "utf-8; " + (global ? clean : DsnEncoding.encodeAddress(clean));
    }

    private static String status(Failure.Entry failure) {
        return EnhancedStatusCode.leading(failure.status())
                .filter(code -> code.classDigit() != 2)
                .map(EnhancedStatusCode::toString)
                .orElse("5.0.0");
    }

    private String diagnosticCode(Failure.Entry failure) {
        return failure.reply()
                .map(reply -> "smtp; " + clean(reply))
                // RFC 3464 §2.1.2: without a remote's words there is no type to name but our own.
                .orElseGet(() -> "x-milena; " + clean(failure.explanation()));
    }

    private String clean(String text) {
        return global ? CleanText.line(text, LONGEST) : CleanText.ascii(text, LONGEST);
    }
}
