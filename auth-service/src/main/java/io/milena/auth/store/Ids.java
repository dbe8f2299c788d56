package io.milena.auth.store;

import java.security.SecureRandom;
import java.util.regex.Pattern;

/**
 * Ids of accounts and credentials: lower-case letters and digits only, since they stand in local-parts of return
 * addresses, where other hosts may change letter case. 80 random bits. Thread-safe.
 */
public final class Ids {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final Pattern FORM = Pattern.compile("[a-z0-9]{1,20}");

    private Ids() {}

    public static String account() {
        return next("a");
    }

    public static String credential() {
        return next("c");
    }

    /** Whether the text has the form of an id; other text never reaches the database. */
    public static boolean possible(String id) {
        return FORM.matcher(id).matches();
    }

    private static String next(String prefix) {
        var id = new StringBuilder(prefix);
        RANDOM.ints(16, 0, ALPHABET.length()).forEach(digit -> id.append(ALPHABET.charAt(digit)));
        return id.toString();
    }
}
