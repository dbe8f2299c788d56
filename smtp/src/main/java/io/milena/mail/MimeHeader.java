package io.milena.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The header section of a MIME entity (RFC 2045 §3), and how the entity is converted for hosts that take seven bits
 * only. Immutable.
 */
record MimeHeader(List<HeaderField> fields, Treatment treatment) {
    private static final String TYPE = "Content-Type";
    private static final String ENCODING = "Content-Transfer-Encoding";
    private static final String VERSION = "MIME-Version";

    /** An encoding that has seven bits and takes any octets (RFC 2045 §6.7, §6.8). */
    enum Encoding {
        QUOTED_PRINTABLE("quoted-printable"),
        BASE64("base64");

        private final String label;

        Encoding(String label) {
            this.label = label;
        }
    }

    /** The conversion of an entity. */
    sealed interface Treatment {}

    /** Its octets stay; if some are 8-bit, the content cannot be converted. */
    record Kept(String place) implements Treatment {}

    /** Its body is encoded anew. */
    record Encoded(Encoding encoding) implements Treatment {}

    /** Each of its parts is an entity; a part without a type has the default type. */
    record Parts(String boundary, String defaultType) implements Treatment {}

    /** Its body is a message, with a header section of its own. */
    record Message() implements Treatment {}

    /** Reads the fields of a section, without its empty line. */
    static MimeHeader read(byte[] section, String defaultType) {
        var fields = HeaderField.parse(section, section.length);
        int length = fields.stream().mapToInt(field -> field.raw().length()).sum();
        if (length != section.length || !fields.stream().allMatch(MimeHeader::isNamed)) {
            // Some readers take such a line for the start of the body, others skip it.
            return new MimeHeader(List.of(whole(section)), new Kept("a part whose header section is broken"));
        }
        // RFC 2045 §5.2: a type that can't be read is plain text.
        var type = value(fields, TYPE).map(ContentType::parse).orElseGet(() -> ContentType.parse(defaultType));
        // RFC 2045 §6.1: a token, and comments. A missing one means 7bit, though often it was only forgotten.
        var label = value(fields, ENCODING)
                .map(value -> ContentType.parse(value).type())
                .orElse("");
        boolean ambiguous = count(fields, TYPE) > 1 || count(fields, ENCODING) > 1;
        return new MimeHeader(fields, ambiguous ? new Kept("a part that is labelled twice") : treatment(type, label));
    }

    private static Treatment treatment(ContentType type, String label) {
        boolean plain = List.of("", "7bit", "8bit", "binary").contains(label);
        // RFC 1847 §2.1: signed parts must not be encoded anew.
        if (type.type().equals("multipart/signed")) {
            return new Kept("what is signed");
        }
        // RFC 2045 §6.4: of multiparts and messages the parts are encoded, never the whole.
        if (type.isMultipart() && plain) {
            var defaultType = type.type().equals("multipart/digest") ? "message/rfc822" : "text/plain";
            return type.boundary()
                    .<Treatment>map(boundary -> new Parts(boundary, defaultType))
                    .orElseGet(() -> new Kept("a multipart without a boundary"));
        }
        if (type.type().equals("message/rfc822") && plain) {
            return new Message();
        }
        // RFC 6532 §3.7, RFC 6533 §6: the types for international mail are the exception.
        boolean international = type.type().startsWith("message/global");
        if (type.isMultipart() || type.type().startsWith("message/") && !international) {
            return new Kept("a part whose type can't be encoded");
        }
        if (!plain || label.equals("7bit")) {
            return new Kept("a part that says it has none");
        }
        boolean text =
                international || type.type().startsWith("text/") || !type.type().contains("/");
        return new Encoded(text ? Encoding.QUOTED_PRINTABLE : Encoding.BASE64);
    }

    /** This header in seven bits, by encoded words (RFC 2047); empty if a field cannot be said so. */
    Optional<MimeHeader> withEncodedWords() {
        var encoded = new ArrayList<HeaderField>();
        for (var field : fields) {
            var words = field.name().isEmpty() ? Optional.<HeaderField>empty() : EncodedWordWriter.of(field);
            if (words.isEmpty()) {
                return Optional.empty();
            }
            encoded.add(words.get());
        }
        return Optional.of(new MimeHeader(encoded, treatment));
    }

    /**
     * The section for the converted entity, with its empty line; {@code ofMessage} if the entity is a message rather
     * than a part.
     */
    byte[] converted(boolean ofMessage) {
        return switch (treatment) {
            case Kept kept -> section(fields, "");
            case Encoded(var encoding) -> labelled(Optional.of(encoding.label), ofMessage);
            // RFC 2045 §6.4: 7bit once all parts are, which a missing label means too.
            case Parts parts -> labelled(label(), ofMessage);
            case Message message -> labelled(label(), ofMessage);
        };
    }

    private Optional<String> label() {
        return value(fields, ENCODING).map(any -> "7bit");
    }

    private byte[] labelled(Optional<String> encoding, boolean ofMessage) {
        var replaced = fields.stream()
                .map(field -> field.is(ENCODING) ? field(ENCODING, encoding.orElseThrow()) : field)
                .toList();
        var added = new StringBuilder();
        // RFC 2045 §4: without it the labels mean nothing.
        if (ofMessage && count(fields, VERSION) == 0) {
            added.append(field(VERSION, "1.0").raw());
        }
        if (encoding.isPresent() && count(fields, ENCODING) == 0) {
            added.append(field(ENCODING, encoding.get()).raw());
        }
        return section(replaced, added.toString());
    }

    /** Text that is not a header section stays as it is. */
    private static HeaderField whole(byte[] section) {
        return new HeaderField("", new String(section, StandardCharsets.ISO_8859_1));
    }

    private static HeaderField field(String name, String value) {
        return new HeaderField(name, name + ": " + value + "\r\n");
    }

    private static byte[] section(List<HeaderField> fields, String added) {
        var section = new ByteArrayOutputStream();
        for (var field : fields) {
            section.writeBytes(field.raw().getBytes(StandardCharsets.ISO_8859_1));
        }
        section.writeBytes((added + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return section.toByteArray();
    }

    private static boolean isNamed(HeaderField field) {
        return field.raw().startsWith(field.name()) && field.name().chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static Optional<String> value(List<HeaderField> fields, String name) {
        return fields.stream().filter(field -> field.is(name)).findFirst().map(HeaderField::text);
    }

    private static long count(List<HeaderField> fields, String name) {
        return fields.stream().filter(field -> field.is(name)).count();
    }
}
