package io.milena.ingest.login;

import java.security.SecureRandom;
import java.util.Base64;

/** Nonces of SCRAM exchanges (RFC 5802 §5.1): 144 random bits, printable. Thread-safe. */
public final class ScramNonces {
    private static final SecureRandom RANDOM = new SecureRandom();

    private ScramNonces() {}

    public static String next() {
        var octets = new byte[18];
        RANDOM.nextBytes(octets);
        return Base64.getEncoder().encodeToString(octets);
    }
}
