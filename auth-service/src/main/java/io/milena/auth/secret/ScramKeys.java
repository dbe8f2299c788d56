package io.milena.auth.secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The stored form of a secret for SCRAM-SHA-256 (RFC 5802 §3, RFC 7677), in base64: it serves to check a client's proof
 * and to make the server's own, but nobody can log in with it.
 */
public record ScramKeys(String salt, int iterations, String storedKey, String serverKey) {
    // RFC 7677 §4 asks for 4096 or more. The secrets are made here and have 190 bits or more: no count would make them
    // harder to guess.
    private static final int ITERATIONS = 4096;
    private static final int SALT_OCTETS = 16;
    private static final SecureRandom RANDOM = new SecureRandom();
    /** All API keys share a user name, and so a salt; with 256 bits each they need none of their own. */
    private static final byte[] API_KEY_SALT = "milena: API keys".getBytes(StandardCharsets.US_ASCII);

    public static ScramKeys ofPassword(String password) {
        var salt = new byte[SALT_OCTETS];
        RANDOM.nextBytes(salt);
        return of(password, salt);
    }

    public static ScramKeys ofApiKey(String key) {
        return of(key, API_KEY_SALT);
    }

    private static ScramKeys of(String secret, byte[] salt) {
        try {
            var salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(secret.toCharArray(), salt, ITERATIONS, 256))
                    .getEncoded();
            return new ScramKeys(
                    base64(salt),
                    ITERATIONS,
                    base64(Sha256.of(hmac(salted, "Client Key"))),
                    base64(hmac(salted, "Server Key")));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The salt that every API key has. */
    public static String apiKeySalt() {
        return base64(API_KEY_SALT);
    }

    public static int defaultIterations() {
        return ITERATIONS;
    }

    /** A salt for an unknown user: always equal for one name, and not distinguishable from a real one. */
    public static String saltOfNobody(byte[] secret, String username) {
        return base64(Arrays.copyOf(hmac(secret, username), SALT_OCTETS));
    }

    /** Checks the client's proof; if it is right, gives the server's own (RFC 5802 §3, ServerSignature in base64). */
    public Optional<String> verify(String authMessage, byte[] proof) {
        var stored = Base64.getDecoder().decode(storedKey);
        var clientKey = hmac(stored, authMessage);
        if (proof.length != clientKey.length) {
            return Optional.empty();
        }
        for (int i = 0; i < clientKey.length; i++) {
            clientKey[i] ^= proof[i];
        }
        return MessageDigest.isEqual(stored, Sha256.of(clientKey))
                ? Optional.of(base64(hmac(Base64.getDecoder().decode(serverKey), authMessage)))
                : Optional.empty();
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }

    /** Leaves the keys out. */
    @Override
    public String toString() {
        return "ScramKeys[iterations=" + iterations + "]";
    }
}
