package io.milena.bounce;

import io.milena.mail.HeaderField;
import io.milena.smtp.SafeText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the recipients of a delivery status notification (RFC 3464 §2.3) from any mail, well-formed or not, within
 * fixed bounds.
 */
final class DeliveryReport {
    private static final int DEEPEST = 4;
    private static final int MOST_RECIPIENTS = 1000;
    private static final int LONGEST_FIELD_GROUP = 64 * 1024;
    private static final int LONGEST_TEXT = 1000;
    private static final int LONGEST_ADDRESS = 512;
    private static final Pattern COMMENT = Pattern.compile("\\([^()]*\\)");
    private static final Pattern STATUS = Pattern.compile("\\b([45])\\.(\\d{1,3})\\.(\\d{1,3})\\b");

    private static final Pattern UNFOLDED = Pattern.compile("\r\n(?![A-Za-z][A-Za-z0-9-]*+[ \t]*+:|[ \t]|$)");

    /**
     * A recipient that the report gives up on.
     *
     * @param address the address that the sender gave, if the report tells it (Original-Recipient)
     * @param finalAddress Final-Recipient, which a host on the way may have changed
     */
    record FailedRecipient(
            String address,
            Optional<String> finalAddress,
            String status,
            Optional<String> diagnostic,
            Optional<String> remoteMta) {
        /** The addresses by which it may be known. */
        List<String> addresses() {
            return Stream.concat(Stream.of(address), finalAddress.stream()).toList();
        }
    }

    private DeliveryReport() {}

    /** The recipients that failed for good; none if the mail is no report, or reports delays or deliveries only. */
    static List<FailedRecipient> failedRecipients(byte[] content) {
        return statusPart(MimeEntity.parse(content), DEEPEST).stream()
                .flatMap(part -> fieldGroups(part.decoded()).stream())
                .flatMap(group -> failedRecipient(group).stream())
                .limit(MOST_RECIPIENTS)
                .toList();
    }

    /** Not inside a message/rfc822: a forwarded report is not about our mail. */
    private static Optional<MimeEntity> statusPart(MimeEntity entity, int depth) {
        if (entity.contentType().isDeliveryStatus()) {
            return Optional.of(entity);
        }
        if (depth == 0) {
            return Optional.empty();
        }
        return entity.parts().stream()
                .map(part -> statusPart(part, depth - 1))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<FailedRecipient> failedRecipient(List<HeaderField> group) {
        var address = field(group, "Original-Recipient")
                .flatMap(DeliveryReport::address)
                .or(() -> field(group, "Final-Recipient").flatMap(DeliveryReport::address));
        var status = field(group, "Status").flatMap(DeliveryReport::status);
        if (address.isEmpty() || !isFailed(field(group, "Action"), status)) {
            return Optional.empty();
        }
        return Optional.of(new FailedRecipient(
                address.get(),
                field(group, "Final-Recipient").flatMap(DeliveryReport::address),
                status.orElse("5.0.0"),
                field(group, "Diagnostic-Code").map(DeliveryReport::afterType).filter(text -> !text.isEmpty()),
                field(group, "Remote-MTA").map(DeliveryReport::afterType).flatMap(DeliveryReport::host)));
    }

    /** RFC 3464 §2.3.3; if the field is missing, which is not allowed, a permanent status counts as failed. */
    private static boolean isFailed(Optional<String> action, Optional<String> status) {
        return action.map(text -> withoutComments(text).toLowerCase(Locale.ROOT))
                .map(text -> text.equals("failed") || text.equals("failure"))
                .orElseGet(() -> status.filter(code -> code.startsWith("5")).isPresent());
    }

    private static Optional<String> status(String text) {
        var matcher = STATUS.matcher(text);
        return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
    }

    /** {@code addr-type; address}, with or without the type, angle brackets and RFC 6533's escapes. */
    private static Optional<String> address(String field) {
        var address = DsnEncoding.decodeAddress(afterType(field));
        int open = address.lastIndexOf('<');
        int close = address.indexOf('>', open + 1);
        if (open >= 0 && close > open) {
            address = address.substring(open + 1, close);
        }
        var clean = SafeText.excerpt(address, LONGEST_ADDRESS);
        // An address that had to be changed or cut is not the one that failed.
        boolean plausible = clean.equals(address.strip()) && clean.lastIndexOf('@') > 0 && !clean.endsWith("@");
        return plausible ? Optional.of(clean) : Optional.empty();
    }

    private static Optional<String> host(String text) {
        var words = withoutComments(text).split(" ");
        return words[0].isEmpty() ? Optional.empty() : Optional.of(words[0]);
    }

    private static String afterType(String field) {
        int semicolon = field.indexOf(';');
        boolean typed = semicolon > 0 && field.substring(0, semicolon).strip().matches("[A-Za-z0-9-]{1,40}");
        return SafeText.excerpt(typed ? field.substring(semicolon + 1) : field, LONGEST_TEXT);
    }

    private static String withoutComments(String text) {
        return COMMENT.matcher(text).replaceAll("").strip();
    }

    /** The text of a field, whose octets are read as UTF-8 (RFC 6533). */
    private static Optional<String> field(List<HeaderField> group, String name) {
        return group.stream()
                .filter(field -> field.is(name))
                .findFirst()
                .map(field -> new String(field.text().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .map(text -> SafeText.excerpt(text, LONGEST_TEXT))
                .filter(text -> !text.isEmpty());
    }

    /** The groups of fields between empty lines: the message's own, then one for each recipient. */
    private static List<List<HeaderField>> fieldGroups(byte[] status) {
        var groups = new ArrayList<List<HeaderField>>();
        int start = 0;
        while (start < status.length && groups.size() <= MOST_RECIPIENTS) {
            int end = emptyLine(status, start);
            if (end > start) {
                groups.add(fields(status, start, Math.min(end, start + LONGEST_FIELD_GROUP)));
            }
            start = end + 2;
        }
        return groups;
    }

    /** A line that begins no field belongs to the field before: not all hosts fold the lines of a reply. */
    private static List<HeaderField> fields(byte[] bytes, int start, int end) {
        var group = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
        byte[] folded = UNFOLDED.matcher(group).replaceAll("\r\n ").getBytes(StandardCharsets.ISO_8859_1);
        return HeaderField.parse(folded, folded.length);
    }

    private static int emptyLine(byte[] bytes, int from) {
        for (int i = from; i + 1 < bytes.length; i++) {
            boolean lineEnd = bytes[i] == '\r' && bytes[i + 1] == '\n';
            if (lineEnd && (i == from || bytes[i - 1] == '\n')) {
                return i;
            }
        }
        return bytes.length;
    }
}
