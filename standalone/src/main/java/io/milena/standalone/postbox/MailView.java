package io.milena.standalone.postbox;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimePart;
import jakarta.mail.internet.MimePartDataSource;
import jakarta.mail.internet.MimeUtility;
import jakarta.mail.util.SharedByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.UnsupportedEncodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A message as a person reads it: decoded header fields, the text, the HTML and the attachments. Mail is hostile:
 * nesting, number of parts and length of texts are limited, and undecodable parts are left out.
 */
record MailView(List<Field> headers, String text, String html, List<Attachment> attachments) {
    private static final int DEEPEST = 16;
    private static final int MOST_PARTS = 200;
    private static final int LONGEST_TEXT = 512 * 1024;
    /** Largest size of all images that a message's HTML shows, in octets. */
    private static final int LARGEST_IMAGES = 10 * 1024 * 1024;

    private static final Pattern IMAGE = Pattern.compile("image/[a-z0-9.+-]{1,40}");
    private static final Session SESSION = Session.getInstance(properties());

    /** A header field, unfolded and decoded. */
    record Field(String name, String value) {}

    /**
     * A part offered for download, by its number among all parts.
     *
     * @param size octets of the decoded content
     * @param contentId without its angle brackets; empty if there is none (RFC 2392)
     * @param inline whether the HTML refers to it
     */
    record Attachment(int part, String name, String type, int size, String contentId, boolean inline) {
        private Attachment in(Set<String> references) {
            return new Attachment(part, name, type, size, contentId, references.contains(contentId));
        }
    }

    static MailView of(byte[] content) {
        return read(content, true);
    }

    /** A view without the sizes of attachments, which would require decoding them. */
    static MailView textsOf(byte[] content) {
        return read(content, false);
    }

    private static MailView read(byte[] content, boolean measured) {
        var reader = new Reader(measured);
        var message = parse(content);
        reader.visit(message, 0);
        var html = reader.html.toString();
        var references = FramedHtml.references(html);
        return new MailView(
                fields(message),
                reader.text.toString(),
                html,
                reader.attachments.stream()
                        .map(attachment -> attachment.in(references))
                        .toList());
    }

    /** The HTML for the page's frame, with the images of the message. */
    static String framed(byte[] content) {
        var reader = new Reader(true);
        reader.visit(parse(content), 0);
        var html = reader.html.toString();
        var references = FramedHtml.references(html);
        var images = new HashMap<String, String>();
        int left = LARGEST_IMAGES;
        for (var attachment : reader.attachments) {
            if (references.contains(attachment.contentId())
                    && IMAGE.matcher(attachment.type()).matches()
                    && attachment.size() <= left) {
                left -= attachment.size();
                byte[] image = bytes(reader.parts.get(attachment.part()), LARGEST_IMAGES);
                images.put(
                        attachment.contentId(),
                        "data:" + attachment.type() + ";base64,"
                                + Base64.getEncoder().encodeToString(image));
            }
        }
        return FramedHtml.of(html, images);
    }

    /** The decoded content of an attachment; empty if there is no such part. */
    static byte[] attachment(byte[] content, int part) {
        var reader = new Reader(false);
        reader.visit(parse(content), 0);
        return part >= 0 && part < reader.parts.size() ? bytes(reader.parts.get(part), Integer.MAX_VALUE) : new byte[0];
    }

    String first(String name) {
        return all(name).stream().findFirst().orElse("");
    }

    List<String> all(String name) {
        return headers.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    private static MimeMessage parse(byte[] content) {
        try {
            return new MimeMessage(SESSION, new SharedByteArrayInputStream(content));
        } catch (MessagingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static List<Field> fields(MimeMessage message) {
        try {
            var fields = new ArrayList<Field>();
            for (var header : Collections.list(message.getAllHeaders())) {
                fields.add(new Field(header.getName(), decode(header.getValue())));
            }
            return fields;
        } catch (MessagingException e) {
            return List.of();
        }
    }

    private static String decode(String value) {
        var unfolded = MimeUtility.unfold(value == null ? "" : value);
        try {
            return MimeUtility.decodeText(unfolded);
        } catch (UnsupportedEncodingException e) {
            return unfolded;
        }
    }

    private static Properties properties() {
        var properties = new Properties();
        properties.setProperty("mail.mime.allowutf8", "true");
        return properties;
    }

    private static byte[] bytes(MimePart part, int limit) {
        try (InputStream content = part.getInputStream()) {
            return content.readNBytes(limit);
        } catch (IOException | MessagingException e) {
            return rawBytes(part, limit);
        }
    }

    /** The undecoded content, for an unknown or broken transfer encoding: better than nothing. */
    private static byte[] rawBytes(MimePart part, int limit) {
        try (InputStream content = part instanceof MimeMessage message
                ? message.getRawInputStream()
                : ((MimeBodyPart) part).getRawInputStream()) {
            return content.readNBytes(limit);
        } catch (MessagingException e) {
            return new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Walks through the parts in their order. */
    private static final class Reader {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder html = new StringBuilder();
        private final List<Attachment> attachments = new ArrayList<>();
        private final List<MimePart> parts = new ArrayList<>();
        private final boolean measured;

        Reader(boolean measured) {
            this.measured = measured;
        }

        void visit(MimePart part, int depth) {
            if (depth > DEEPEST || parts.size() >= MOST_PARTS) {
                return;
            }
            parts.add(part);
            var type = type(part);
            if (type.getPrimaryType().equalsIgnoreCase("multipart") && visitChildren(part, depth)) {
                return;
            }
            boolean shown = !isAttached(part);
            // A DSN's machine-readable part is useful to people who look at a postbox.
            if (shown && (type.match("text/plain") || type.match("message/delivery-status"))) {
                append(text, part, type);
            } else if (shown && type.match("text/html")) {
                append(html, part, type);
            } else {
                attach(part, type);
            }
        }

        private boolean visitChildren(MimePart part, int depth) {
            try {
                var children = new MimeMultipart(new MimePartDataSource(part));
                int count = children.getCount();
                for (int i = 0; i < count; i++) {
                    if (children.getBodyPart(i) instanceof MimePart child) {
                        visit(child, depth + 1);
                    }
                }
                return true;
            } catch (MessagingException e) {
                return false;
            }
        }

        private void attach(MimePart part, ContentType type) {
            int size = measured ? bytes(part, Integer.MAX_VALUE).length : 0;
            attachments.add(new Attachment(
                    parts.size() - 1,
                    fileName(part, type),
                    type.getBaseType().toLowerCase(Locale.ROOT),
                    size,
                    contentId(part),
                    false));
        }

        private static String contentId(MimePart part) {
            try {
                var id = part.getContentID();
                return id == null ? "" : id.strip().replaceAll("^<|>$", "");
            } catch (MessagingException e) {
                return "";
            }
        }

        private static void append(StringBuilder to, MimePart part, ContentType type) {
            if (!to.isEmpty()) {
                to.append("\n\n");
            }
            var content = new String(bytes(part, LONGEST_TEXT), charset(type));
            to.append(content, 0, Math.min(content.length(), Math.max(0, LONGEST_TEXT - to.length())));
        }

        private static boolean isAttached(MimePart part) {
            try {
                return "attachment".equalsIgnoreCase(part.getDisposition());
            } catch (MessagingException e) {
                return false;
            }
        }

        private static ContentType type(MimePart part) {
            try {
                return new ContentType(part.getContentType());
            } catch (MessagingException e) {
                return new ContentType("text", "plain", null);
            }
        }

        private static Charset charset(ContentType type) {
            try {
                var name = type.getParameter("charset");
                // Text that claims to be ASCII and is not is nearly always UTF-8.
                return name == null || name.equalsIgnoreCase("us-ascii")
                        ? StandardCharsets.UTF_8
                        : Charset.forName(MimeUtility.javaCharset(name));
            } catch (IllegalArgumentException e) {
                return StandardCharsets.UTF_8;
            }
        }

        private static String fileName(MimePart part, ContentType type) {
            try {
                var name = part.getFileName();
                if (name != null && !name.isBlank()) {
                    return decode(name);
                }
            } catch (MessagingException e) {
                return type.getBaseType();
            }
            return type.getBaseType();
        }
    }
}
