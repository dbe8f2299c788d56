package io.milena.bounce;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The encodings in DSN parameters and fields: xtext (RFC 3461 §4), and that of international addresses (RFC 6533 §3).
 */
final class DsnEncoding {
    private DsnEncoding() {}

    static boolean isAscii(CharSequence text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    /** Decodes xtext; a {@code +} that begins no hexadecimal pair stands for itself. */
    static String decode(String xtext) {
        byte[] encoded = xtext.getBytes(StandardCharsets.UTF_8);
        var decoded = new ByteArrayOutputStream(encoded.length);
        for (int i = 0; i < encoded.length; i++) {
            int high = i + 2 < encoded.length ? Character.digit(encoded[i + 1], 16) : -1;
            int low = i + 2 < encoded.length ? Character.digit(encoded[i + 2], 16) : -1;
            if (encoded[i] == '+' && high >= 0 && low >= 0) {
                decoded.write(high << 4 | low);
                i += 2;
            } else {
                decoded.write(encoded[i]);
            }
        }
        return decoded.toString(StandardCharsets.UTF_8);
    }

    /** Encodes an address in ASCII, other characters as {@code \x{HEX}} (RFC 6533 §3, utf-8-addr-xtext). */
    static String encodeAddress(String address) {
        var encoded = new StringBuilder();
        address.codePoints().forEach(c -> {
            if (c > ' ' && c < 0x7f && c != '+' && c != '=' && c != '\\') {
                encoded.append((char) c);
            } else {
                encoded.append("\\x{")
                        .append(Integer.toHexString(c).toUpperCase(Locale.ROOT))
                        .append('}');
            }
        });
        return encoded.toString();
    }

    /** Decodes an address of {@link #encodeAddress}; text that is no escape stands for itself. */
    static String decodeAddress(String encoded) {
        var decoded = new StringBuilder();
        for (int i = 0; i < encoded.length(); i++) {
            int end = encoded.startsWith("\\x{", i) ? encoded.indexOf('}', i) : -1;
            if (end < 0 || end > i + 9) {
                decoded.append(encoded.charAt(i));
                continue;
            }
            try {
                int c = Integer.parseInt(encoded, i + 3, end, 16);
                decoded.appendCodePoint(Character.isValidCodePoint(c) ? c : '?');
            } catch (NumberFormatException e) {
                decoded.append('?');
            }
            i = end;
        }
        return decoded.toString();
    }
}
