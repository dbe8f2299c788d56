package io.milena.mail;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Writes a header field that has UTF-8 in it in seven bits, with encoded words (RFC 2047), where its syntax allows them
 * (§5): in text, in the phrases of addresses, and in comments. One field at a time; confined to one thread.
 */
final class EncodedWordWriter {
    /** RFC 2047 §2: 76 octets in a line that has an encoded word. */
    private static final int LINE = 76;

    private static final String BEGIN = "=?UTF-8?B?";
    private static final String END = "?=";
    /** RFC 2047 §2: 75 octets in an encoded word. */
    private static final int MOST_OCTETS = 45;
    /** With less room in a line, the word goes to the next one. */
    private static final int FEWEST_OCTETS = 12;

    private static final Set<String> ADDRESSES = Set.of(
            "from",
            "sender",
            "reply-to",
            "to",
            "cc",
            "bcc",
            "resent-from",
            "resent-sender",
            "resent-reply-to",
            "resent-to",
            "resent-cc",
            "resent-bcc",
            "disposition-notification-to");

    /** Fields whose syntax has no place for an encoded word but in comments, or that others have signed. */
    private static final Set<String> OTHERS = Set.of(
            "received",
            "return-path",
            "date",
            "resent-date",
            "message-id",
            "resent-message-id",
            "in-reply-to",
            "references",
            "mime-version",
            "content-type",
            "content-transfer-encoding",
            "content-disposition",
            "content-id",
            "content-location",
            "content-language",
            "dkim-signature",
            "arc-seal",
            "arc-message-signature",
            "arc-authentication-results",
            "authentication-results",
            "received-spf",
            "list-unsubscribe",
            "list-unsubscribe-post",
            "list-id",
            "list-help",
            "list-post",
            "list-owner",
            "list-archive",
            "tls-required",
            "auto-submitted");

    private final String text;
    private final boolean addresses;
    private final StringBuilder out;
    private int column;
    /** Text that goes into encoded words, with the white space between them. */
    private final StringBuilder pending = new StringBuilder();
    /** White space before that text. */
    private String pendingSpace = "";
    /** White space that waits for what follows. */
    private String space = "";

    private String lastLiteral = "";

    private EncodedWordWriter(String name, String text, boolean addresses) {
        this.text = text;
        this.addresses = addresses;
        this.out = new StringBuilder(name).append(':');
        this.column = out.length();
    }

    /** The field in seven bits; empty if it is no UTF-8, or has it where no encoded word may be. */
    static Optional<HeaderField> of(HeaderField field) {
        var kind = field.name().strip().toLowerCase(Locale.ROOT);
        var value = field.value().replace("\r\n", "");
        if (value.chars().allMatch(c -> c < 0x80)) {
            return Optional.of(field);
        }
        if (OTHERS.contains(kind)) {
            return Optional.empty();
        }
        return utf8(value).flatMap(text -> {
            var writer = new EncodedWordWriter(field.name(), text, ADDRESSES.contains(kind));
            return writer.write() ? Optional.of(writer.field(field.name())) : Optional.empty();
        });
    }

    private static Optional<String> utf8(String octets) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private HeaderField field(String name) {
        return new HeaderField(name, out.append("\r\n").toString());
    }

    /** Whether all could be written. */
    private boolean write() {
        int at = 0;
        while (at < text.length()) {
            int end = endOfToken(at);
            if (end < 0) {
                return false;
            }
            var token = text.substring(at, end);
            if (token.isBlank()) {
                space += token;
            } else if (ascii(token)) {
                if (encodedWord(token) && !pending.isEmpty()) {
                    // RFC 2047 §6.2: white space between encoded words is not shown, so it is encoded too.
                    pending.append(space);
                }
                flush();
                literal(token);
            } else if (!encode(token, end)) {
                return false;
            }
            at = end;
        }
        flush();
        // White space at the end of a value says nothing.
        return true;
    }

    /** The index behind the token: white space, a word, or in addresses a quoted string, a comment, or an address. */
    private int endOfToken(int from) {
        char first = text.charAt(from);
        if (blank(first)) {
            int at = from;
            while (at < text.length() && blank(text.charAt(at))) {
                at++;
            }
            return at;
        }
        if (!addresses) {
            int at = from;
            while (at < text.length() && !blank(text.charAt(at))) {
                at++;
            }
            return at;
        }
        return switch (first) {
            case '"' -> endOfQuoted(from);
            case '(' -> endOfComment(from);
            case '<' -> {
                int end = text.indexOf('>', from);
                yield end < 0 ? text.length() : end + 1;
            }
            case ',', ';', ':' -> from + 1;
            default -> {
                int at = from;
                while (at < text.length() && !blank(text.charAt(at)) && "\"(<,;:".indexOf(text.charAt(at)) < 0) {
                    at++;
                }
                yield at;
            }
        };
    }

    private int endOfQuoted(int from) {
        for (int i = from + 1; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == '"') {
                return i + 1;
            }
        }
        return -1;
    }

    private int endOfComment(int from) {
        int depth = 0;
        for (int i = from; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++;
                case '(' -> depth++;
                case ')' -> {
                    if (--depth == 0) {
                        return i + 1;
                    }
                }
                default -> {}
            }
        }
        return -1;
    }

    /** Whether the token, which has more than ASCII, may be an encoded word. */
    private boolean encode(String token, int end) {
        if (!addresses) {
            word(token);
            return true;
        }
        char first = token.charAt(0);
        if (first == '(') {
            flush();
            // RFC 2047 §5 (2): an encoded word in a comment stands between its parentheses or white space.
            literal("(");
            word(unquoted(token));
            flush();
            literal(")");
            return true;
        }
        // In an address there is no encoded word (RFC 2047 §5).
        boolean address = first == '<'
                || first != '"' && token.indexOf('@') >= 0
                || end < text.length() && text.charAt(end) == '@'
                || out.charAt(out.length() - 1) == '@';
        if (address) {
            return false;
        }
        word(first == '"' ? unquoted(token) : token);
        return true;
    }

    /** The text between the delimiters, without the quoting of characters. */
    private static String unquoted(String token) {
        var plain = new StringBuilder();
        for (int i = 1; i < token.length() - 1; i++) {
            if (token.charAt(i) == '\\' && i + 1 < token.length() - 1) {
                i++;
            }
            plain.append(token.charAt(i));
        }
        return plain.toString();
    }

    private void word(String encoded) {
        if (pending.isEmpty()) {
            pendingSpace = space.isEmpty() && ":(,;".indexOf(out.charAt(out.length() - 1)) < 0 ? " " : space;
            pending.append(encodedWord(lastLiteral) ? space : "");
        } else {
            pending.append(space);
        }
        space = "";
        pending.append(encoded);
    }

    private void literal(String token) {
        if (space.isEmpty()
                && lastLiteral.isEmpty()
                && column > 0
                && ",;:)".indexOf(token.charAt(0)) < 0
                && out.charAt(out.length() - 1) == '=') {
            // Behind an encoded word.
            space = " ";
        }
        if (!space.isEmpty() && column + space.length() + token.length() > LINE) {
            fold();
        }
        whiteSpace();
        out.append(token);
        column += token.length();
        lastLiteral = token;
    }

    private void whiteSpace() {
        out.append(space);
        column += space.length();
        space = "";
    }

    private void fold() {
        out.append("\r\n");
        column = 0;
        if (space.isEmpty()) {
            space = " ";
        }
    }

    /** Writes the text that waits, in as many encoded words as it needs. */
    private void flush() {
        if (pending.isEmpty()) {
            return;
        }
        if (LINE - column - pendingSpace.length() - BEGIN.length() - END.length() < FEWEST_OCTETS * 4 / 3) {
            out.append("\r\n");
            column = 0;
            pendingSpace = pendingSpace.isEmpty() ? " " : pendingSpace;
        }
        out.append(pendingSpace);
        column += pendingSpace.length();
        lastLiteral = "";
        int at = 0;
        while (at < pending.length()) {
            int room = (LINE - column - BEGIN.length() - END.length()) / 4 * 3;
            int end = at;
            int octets = 0;
            while (end < pending.length()) {
                int next = end + Character.charCount(pending.codePointAt(end));
                int more = pending.substring(end, next).getBytes(StandardCharsets.UTF_8).length;
                if (octets > 0 && octets + more > Math.min(room, MOST_OCTETS)) {
                    break;
                }
                octets += more;
                end = next;
            }
            var word = BEGIN
                    + Base64.getEncoder()
                            .encodeToString(pending.substring(at, end).getBytes(StandardCharsets.UTF_8))
                    + END;
            out.append(word);
            column += word.length();
            at = end;
            if (at < pending.length()) {
                out.append("\r\n ");
                column = 1;
            }
        }
        pending.setLength(0);
    }

    /** Whether a word of the field is an encoded word already. */
    private static boolean encodedWord(String token) {
        return token.startsWith("=?") && token.endsWith("?=");
    }

    private static boolean blank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean ascii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
