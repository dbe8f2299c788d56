package io.milena.auth.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of a secret. Enough for secrets of high entropy, and only for those: a guess costs next to nothing. */
public final class Sha256 {
    private Sha256() {}

    public static byte[] of(String secret) {
        return of(secret.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] of(byte[] octets) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(octets);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String hex(String secret) {
        return HexFormat.of().formatHex(of(secret));
    }
}
