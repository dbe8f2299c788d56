package io.milena.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Text with its encoded words decoded (RFC 2047), wherever they stand: programs decode them in quoted strings too. Takes
 * time in proportion to the text.
 *
 * @param complete whether each of them could be decoded
 */
record EncodedWords(String text, boolean complete) {
    // RFC 2231 §5: a language may follow the charset.
    private static final Pattern WORD = Pattern.compile("=\\?([^?*\\s]++)(?:\\*[^?\\s]*+)?\\?([bBqQ])\\?([^?]*+)\\?=");
    // RFC 2047 §6.2: white space between two encoded words is not shown.
    private static final Pattern BETWEEN = Pattern.compile("\\?=\\s++(?==\\?)");

    static EncodedWords decode(String text) {
        if (!text.contains("=?")) {
            return new EncodedWords(text, true);
        }
        var words = WORD.matcher(BETWEEN.matcher(text).replaceAll("?="));
        var decoded = new StringBuilder(text.length());
        boolean complete = true;
        while (words.find()) {
            var word = decode(words.group(1), words.group(2), words.group(3));
            complete &= word.isPresent();
            words.appendReplacement(decoded, "");
            decoded.append(word.orElse(words.group()));
        }
        return new EncodedWords(words.appendTail(decoded).toString(), complete);
    }

    private static Optional<String> decode(String charset, String encoding, String encoded) {
        try {
            var octets = encoding.equalsIgnoreCase("q")
                    ? quotedPrintable(encoded)
                    : Base64.getMimeDecoder().decode(encoded);
            return Optional.of(new String(octets, Charset.forName(charset)));
        } catch (IllegalArgumentException e) {
            // An unknown charset, or no base64.
            return Optional.empty();
        }
    }

    // RFC 2047 §4.2: an underscore is a space.
    private static byte[] quotedPrintable(String encoded) {
        var octets = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            int octet = c == '=' && i + 2 < encoded.length() ? hex(encoded.charAt(i + 1), encoded.charAt(i + 2)) : -1;
            if (octet >= 0) {
                octets.write(octet);
                i += 2;
            } else {
                octets.writeBytes(String.valueOf(c == '_' ? ' ' : c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return octets.toByteArray();
    }

    private static int hex(char high, char low) {
        int octet = Character.digit(high, 16) * 16 + Character.digit(low, 16);
        return Character.digit(high, 16) < 0 || Character.digit(low, 16) < 0 ? -1 : octet;
    }
}
