package io.milena.mail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** Quoted-printable (RFC 2045 §6.7), both ways, of octets that are in memory. */
public final class QuotedPrintable {
    private QuotedPrintable() {}

    /** CRLF stays a line end; a CR or LF alone, NUL, 8-bit and white space at a line's end are encoded. */
    public static byte[] encode(byte[] bytes) {
        var encoded = new ByteArrayOutputStream(bytes.length + bytes.length / 8);
        var encoder = new QuotedPrintableEncoder(encoded);
        try {
            encoder.write(bytes, 0, bytes.length);
            encoder.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return encoded.toByteArray();
    }

    /** Lenient: a '=' that begins no escape stands for itself (RFC 2045 §6.7, note on robustness). */
    public static byte[] decode(byte[] bytes) {
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

    private static boolean isLineEnd(byte[] bytes, int i) {
        return i + 1 < bytes.length && bytes[i] == '\r' && bytes[i + 1] == '\n';
    }
}
