package io.milena.bounce;

import io.milena.mail.QuotedPrintable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** One part of a multipart (RFC 2045), ready to be written: its body already in the encoding that it names. */
record BodyPart(String contentType, String encoding, byte[] body) {
    // RFC 5322 §2.1.1
    private static final int LONGEST_LINE = 998;

    /** Text that needs no encoding if it is ASCII, quoted-printable otherwise. */
    static BodyPart text(String contentType, String text) {
        return encoded(contentType, text.getBytes(StandardCharsets.UTF_8), false);
    }

    /** Text or header fields: unchanged if mail can carry them, else in quoted-printable. */
    static BodyPart encoded(String contentType, byte[] bytes, boolean eightBitAllowed) {
        if (isSendable(bytes) && (isSevenBit(bytes) || eightBitAllowed && isUtf8(bytes))) {
            return asIs(contentType, bytes);
        }
        return new BodyPart(contentType, "quoted-printable", QuotedPrintable.encode(bytes));
    }

    /** A part of a type that allows no encoding but the trivial ones (message/rfc822, message/delivery-status). */
    static BodyPart asIs(String contentType, byte[] bytes) {
        return new BodyPart(contentType, isSevenBit(bytes) ? "7bit" : "8bit", bytes);
    }

    /**
     * Whether mail can carry these octets (RFC 5321 §2.3.8, §4.5.3.1.6): no NUL, no CR or LF alone, no line that is too
     * long.
     */
    static boolean isSendable(byte[] bytes) {
        int lineStart = 0;
        for (int i = 0; i < bytes.length; i++) {
            switch (bytes[i]) {
                case 0, '\n' -> {
                    return false;
                }
                case '\r' -> {
                    if (i + 1 == bytes.length || bytes[i + 1] != '\n') {
                        return false;
                    }
                    i++;
                    lineStart = i + 1;
                }
                default -> {
                    if (i - lineStart >= LONGEST_LINE) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    static boolean isSevenBit(byte[] bytes) {
        for (byte octet : bytes) {
            if (octet < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
