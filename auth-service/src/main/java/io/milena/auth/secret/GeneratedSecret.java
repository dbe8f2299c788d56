package io.milena.auth.secret;

import java.security.SecureRandom;

/** Makes API keys and passwords of base 62 digits. Thread-safe. */
public final class GeneratedSecret {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private GeneratedSecret() {}

    /** An API key: 256 bits behind a prefix that secret scanners can look for. */
    public static String apiKey() {
        return "mk_" + random(43);
    }

    /** A password of 190 bits. */
    public static String password() {
        return random(32);
    }

    /** A token that proves a domain; not secret, since it is published. */
    public static String verificationToken() {
        return random(32);
    }

    private static String random(int length) {
        var text = new StringBuilder(length);
        RANDOM.ints(length, 0, ALPHABET.length()).forEach(digit -> text.append(ALPHABET.charAt(digit)));
        return text.toString();
    }
}
