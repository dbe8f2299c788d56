package io.milena.operator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;

/**
 * A bearer token (RFC 6750 §2.1) that requests must have; without a configured token no request passes. Compared by
 * digest and in constant time. Immutable.
 */
public final class BearerToken {
    private static final String SCHEME = "bearer ";

    private final Optional<byte[]> digest;

    /** Empty: no request has it. */
    public BearerToken(Optional<String> secret) {
        digest = secret.map(BearerToken::digest);
    }

    /** Whether a token is configured. */
    public boolean exists() {
        return digest.isPresent();
    }

    /** Whether an Authorization field, which may be absent, contains it. */
    public boolean isIn(String authorization) {
        if (digest.isEmpty()
                || authorization == null
                || !authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return false;
        }
        byte[] given = digest(authorization.substring(SCHEME.length()).strip());
        return MessageDigest.isEqual(digest.get(), given);
    }

    private static byte[] digest(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
