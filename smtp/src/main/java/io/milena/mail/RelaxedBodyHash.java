package io.milena.mail;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * SHA-256 of a body in DKIM's relaxed canonicalization (RFC 6376 §3.4.4), taken in pieces of any size: white space runs
 * become one space, white space at line ends and empty lines at the end go. Confined to one thread at a time.
 */
public final class RelaxedBodyHash {
    private final MessageDigest digest;
    private final byte[] out = new byte[8192];
    private int filled;
    private long pendingLines;
    private boolean pendingSpace;
    private boolean carriageReturn;
    private boolean anyText;

    public RelaxedBodyHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    public void update(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            next(bytes[i]);
        }
    }

    private void next(byte octet) {
        if (carriageReturn) {
            carriageReturn = false;
            if (octet == '\n') {
                pendingSpace = false;
                pendingLines++;
                return;
            }
            text((byte) '\r');
        }
        switch (octet) {
            case '\r' -> carriageReturn = true;
            case ' ', '\t' -> pendingSpace = true;
            default -> text(octet);
        }
    }

    private void text(byte octet) {
        for (; pendingLines > 0; pendingLines--) {
            put((byte) '\r');
            put((byte) '\n');
        }
        if (pendingSpace) {
            pendingSpace = false;
            put((byte) ' ');
        }
        anyText = true;
        put(octet);
    }

    private void put(byte octet) {
        if (filled == out.length) {
            digest.update(out, 0, filled);
            filled = 0;
        }
        out[filled++] = octet;
    }

    /** Ends the body and gives its hash in base64. A body that is not empty ends in exactly one CRLF. */
    public String finish() {
        if (carriageReturn) {
            carriageReturn = false;
            text((byte) '\r');
        }
        if (anyText) {
            put((byte) '\r');
            put((byte) '\n');
        }
        digest.update(out, 0, filled);
        return Base64.getEncoder().encodeToString(digest.digest());
    }
}
