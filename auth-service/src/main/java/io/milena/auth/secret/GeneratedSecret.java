package io.milena.auth.secret;

import java.security.SecureRandom;

/** Makes API keys and passwords of base 62 digits. Thread-safe. */
public final class GeneratedSecret {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private GeneratedSecret() {}

    /** 256 bits behind a prefix that secret scanners can look for. */
    public static String apiKey() {
        return "mk_" + random(43);
    }

    /** 190 bits. */
    public static String password() {
        return random(32);
    }

    /** Proves a domain; no secret, as it is published. */
    public static String verificationToken() {
        return random(32);
    }

    private static String random(int length) {
        var text = new StringBuilder(length);
        RANDOM.ints(length, 0, ALPHABET.length()).forEach(digit -> text.append(ALPHABET.charAt(digit)));
        return text.toString();
    }
}
