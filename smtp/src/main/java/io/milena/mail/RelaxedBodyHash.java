package io.milena.mail;

import io.milena.smtp.Octets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * SHA-256 of a body in DKIM's relaxed canonicalization (RFC 6376 §3.4.4), taken in pieces of any size: white space runs
 * become one space, white space at line ends and empty lines at the end go. Confined to one thread at a time.
 */
public final class RelaxedBodyHash {
    private static final long SPACES = Octets.repeated(' ');
    private static final long TABS = Octets.repeated('\t');
    private static final long CARRIAGE_RETURNS = Octets.repeated('\r');

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
        int end = offset + length;
        int at = offset;
        while (at < end) {
            if (!carriageReturn && !pendingSpace && pendingLines == 0) {
                int run = unchanged(bytes, at, end);
                if (run > at) {
                    put(bytes, at, run - at);
                    anyText = true;
                    at = run;
                }
            }
            if (at < end) {
                next(bytes[at++]);
            }
        }
    }

    /**
     * The end of a run that begins where nothing is pending and relaxes to itself: text, single spaces and single line
     * ends, each of them with text before and behind it.
     */
    private static int unchanged(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (at + Octets.WORD <= to) {
                long word = Octets.word(bytes, at);
                long spaces = Octets.alike(word, SPACES);
                long changes = Octets.alike(word, TABS) | Octets.alike(word, CARRIAGE_RETURNS) | spaces & spaces >>> 8;
                if (changes == 0 && spaces >= 0) {
                    at += Octets.WORD;
                    continue;
                }
                // A space at the end of the word is looked at with the octet behind it.
                int place = changes == 0 ? Octets.WORD - 1 : Octets.first(changes);
                at += place;
                if (place > 0 && bytes[at - 1] == ' ') {
                    at--;
                }
            }
            int after =
                    switch (bytes[at]) {
                        case ' ' -> at + 1;
                        case '\r' -> at + 1 < to && bytes[at + 1] == '\n' ? at + 2 : to;
                        case '\t' -> to;
                        default -> at;
                    };
            if (after > at && (after >= to || !isText(bytes[after]))) {
                return at;
            }
            at = after + 1;
        }
        return at;
    }

    private static boolean isText(byte octet) {
        return octet != ' ' && octet != '\t' && octet != '\r';
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

    private void put(byte[] bytes, int offset, int length) {
        if (length > out.length - filled) {
            digest.update(out, 0, filled);
            filled = 0;
        }
        if (length > out.length) {
            digest.update(bytes, offset, length);
        } else {
            System.arraycopy(bytes, offset, out, filled, length);
            filled += length;
        }
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
