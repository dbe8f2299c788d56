package io.milena.bounce;

import io.milena.mail.ContentType;
import io.milena.mail.HeaderField;
import io.milena.mail.QuotedPrintable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A MIME entity (RFC 2045, 2046) as far as reports need it: header fields, and a body that can be split or decoded.
 * Reads any octets, cut off or malformed, within fixed bounds of parts and octets. Immutable.
 */
record MimeEntity(List<HeaderField> fields, byte[] body) {
    private static final int LARGEST_HEADER_SECTION = 64 * 1024;
    private static final int MOST_PARTS = 30;

    static MimeEntity parse(byte[] content) {
        int end = endOfFields(content);
        int fieldsLength = Math.min(end, LARGEST_HEADER_SECTION);
        return new MimeEntity(
                HeaderField.parse(content, fieldsLength),
                Arrays.copyOfRange(content, Math.min(content.length, end), content.length));
    }

    Optional<String> field(String name) {
        return fields.stream().filter(field -> field.is(name)).findFirst().map(HeaderField::text);
    }

    ContentType contentType() {
        return ContentType.parse(field("Content-Type").orElse("text/plain"));
    }

    /** The parts of a multipart; none if the entity is no multipart. A last part without an end counts. */
    List<MimeEntity> parts() {
        var type = contentType();
        var boundary = type.boundary();
        if (!type.isMultipart() || boundary.isEmpty()) {
            return List.of();
        }
        byte[] delimiter = ("--" + boundary.get()).getBytes(StandardCharsets.ISO_8859_1);
        var parts = new ArrayList<MimeEntity>();
        int partStart = -1;
        int line = 0;
        while (line < body.length && parts.size() < MOST_PARTS) {
            int next = nextLine(body, line);
            if (startsWith(body, line, delimiter) && isDelimiter(body, line + delimiter.length, next)) {
                if (partStart >= 0) {
                    parts.add(parse(Arrays.copyOfRange(body, partStart, line)));
                }
                if (startsWith(body, line + delimiter.length, new byte[] {'-', '-'})) {
                    return parts;
                }
                partStart = next;
            }
            line = next;
        }
        if (partStart >= 0 && parts.size() < MOST_PARTS) {
            parts.add(parse(Arrays.copyOfRange(body, partStart, body.length)));
        }
        return parts;
    }

    /** The body without its transfer encoding (RFC 2045 §6). */
    byte[] decoded() {
        var encoding = field("Content-Transfer-Encoding").orElse("7bit").strip().toLowerCase(Locale.ROOT);
        return switch (encoding) {
            case "quoted-printable" -> QuotedPrintable.decode(body);
            case "base64" -> decodeBase64();
            default -> body;
        };
    }

    private byte[] decodeBase64() {
        try {
            return Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /** Index of the body, which begins after the first empty line; the end if there is none. */
    private static int endOfFields(byte[] content) {
        for (int line = 0; line < content.length; line = nextLine(content, line)) {
            if (content[line] == '\r' && line + 1 < content.length && content[line + 1] == '\n') {
                return line + 2;
            }
        }
        return content.length;
    }

    private static int nextLine(byte[] bytes, int from) {
        for (int i = from; i + 1 < bytes.length; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                return i + 2;
            }
        }
        return bytes.length;
    }

    /** After "--" and the boundary only "--" and white space may follow; else it is a longer boundary. */
    private static boolean isDelimiter(byte[] bytes, int from, int end) {
        int at = startsWith(bytes, from, new byte[] {'-', '-'}) ? from + 2 : from;
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r' || bytes[at] == '\n')) {
            at++;
        }
        return at >= end;
    }

    private static boolean startsWith(byte[] bytes, int from, byte[] start) {
        return from + start.length <= bytes.length
                && Arrays.equals(bytes, from, from + start.length, start, 0, start.length);
    }
}
