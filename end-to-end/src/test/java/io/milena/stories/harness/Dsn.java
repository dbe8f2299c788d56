package io.milena.stories.harness;

import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.InternetHeaders;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A delivery status notification (RFC 3464), read by a MIME parser that is not ours.
 *
 * @param text the part for a person
 * @param perMessage the first group of fields of the status part
 * @param perRecipient the other groups, one for each recipient
 * @param original the header section, or all, of the message that the report is about
 */
public record Dsn(String text, InternetHeaders perMessage, List<InternetHeaders> perRecipient, String original) {
    public Dsn {
        perRecipient = List.copyOf(perRecipient);
    }

    /** Reads a report; throws if it is not valid, and says why. */
    public static Dsn of(ReceivedMail mail) throws MessagingException, IOException {
        var message = mail.parsed();
        var type = new ContentType(message.getContentType());
        require(type.match("multipart/report"), message.getContentType());
        require("delivery-status".equalsIgnoreCase(type.getParameter("report-type")), message.getContentType());

        var parts = new MimeMultipart(new ByteArrayDataSource(message.getInputStream(), message.getContentType()));
        require(parts.getCount() == 3, parts.getCount() + " parts");
        require(
                parts.getBodyPart(1).isMimeType("message/delivery-status"),
                parts.getBodyPart(1).getContentType());
        var third = parts.getBodyPart(2);
        require(third.isMimeType("text/rfc822-headers") || third.isMimeType("message/rfc822"), third.getContentType());
        var groups = groups(parts.getBodyPart(1));
        return new Dsn(read(parts.getBodyPart(0)), groups.getFirst(), groups.subList(1, groups.size()), read(third));
    }

    /** The group of the recipient named. */
    public InternetHeaders of(String recipient) {
        return perRecipient.stream()
                .filter(group -> field(group, "Final-Recipient").orElse("").endsWith(recipient))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the report does not name " + recipient));
    }

    public static Optional<String> field(InternetHeaders group, String name) {
        return Optional.ofNullable(group.getHeader(name, null)).map(value -> value.replaceAll("\r\n\\s+", " "));
    }

    private static List<InternetHeaders> groups(BodyPart status) throws MessagingException, IOException {
        var groups = new ArrayList<InternetHeaders>();
        for (var group : read(status).strip().split("\r\n\r\n")) {
            groups.add(new InternetHeaders(
                    new ByteArrayInputStream((group + "\r\n\r\n").getBytes(StandardCharsets.UTF_8))));
        }
        return groups;
    }

    private static String read(BodyPart part) throws MessagingException, IOException {
        try (InputStream in = part.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void require(boolean truth, String found) {
        if (!truth) {
            throw new IllegalStateException("no delivery status notification: " + found);
        }
    }
}
