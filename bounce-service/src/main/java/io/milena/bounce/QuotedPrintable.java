package io.milena.bounce;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Quoted-printable (RFC 2045 §6.7), both ways. */
final class QuotedPrintable {
    private static final int WIDTH = 75;
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};

    private QuotedPrintable() {}

    /** CRLF stays a line end; a CR or LF alone, NUL, 8-bit and white space at a line's end are encoded. */
    static byte[] encode(byte[] bytes) {
        var encoded = new ByteArrayOutputStream(bytes.length + bytes.length / 8);
        int column = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (isLineEnd(bytes, i)) {
                encoded.write('\r');
                encoded.write('\n');
                column = 0;
                i++;
                continue;
            }
            boolean plain = isPlain(bytes[i]) && !(isSpace(bytes[i]) && isLastOfLine(bytes, i));
            int width = plain ? 1 : 3;
            if (column + width > WIDTH) {
                encoded.writeBytes(new byte[] {'=', '\r', '\n'});
                column = 0;
            }
            if (plain) {
                encoded.write(bytes[i]);
            } else {
                encoded.writeBytes(new byte[] {'=', HEX[bytes[i] >> 4 & 15], HEX[bytes[i] & 15]});
            }
            column += width;
        }
        return encoded.toByteArray();
    }

    /** Lenient: a '=' that begins nothing known stands for itself (RFC 2045 §6.7, note on robustness). */
    static byte[] decode(byte[] bytes) {
        byte[] decoded = new byte[bytes.length];
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '=') {
                decoded[length++] = bytes[i];
            } else if (isLineEnd(bytes, i + 1)) {
                i += 2;
            } else {
                int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
                int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
                boolean pair = high >= 0 && low >= 0;
                decoded[length++] = pair ? (byte) (high << 4 | low) : bytes[i];
                i += pair ? 2 : 0;
            }
        }
        return Arrays.copyOf(decoded, length);
    }

    private static boolean isPlain(byte octet) {
        return octet >= ' ' && octet < 0x7f && octet != '=' || octet == '\t';
    }

    private static boolean isSpace(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    private static boolean isLastOfLine(byte[] bytes, int i) {
        return i + 1 == bytes.length || isLineEnd(bytes, i + 1);
    }

    private static boolean isLineEnd(byte[] bytes, int i) {
        return i + 1 < bytes.length && bytes[i] == '\r' && bytes[i + 1] == '\n';
    }
}
