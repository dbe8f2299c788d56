package io.milena.auth.dkim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Keys as OpenSSL wrote them, and what their public keys look like in a key record. */
public final class KeyFiles {
    public static final String RSA_PKCS1 = read("rsa-pkcs1.pem");
    public static final String RSA_PKCS8 = read("rsa-pkcs8.pem");
    public static final String RSA_PUBLIC = read("rsa-public.txt");
    public static final String ED25519_PKCS8 = read("ed25519-pkcs8.pem");
    public static final String ED25519_PUBLIC = read("ed25519-public.txt");

    private KeyFiles() {}

    static String read(String name) {
        try (var file = KeyFiles.class.getResourceAsStream("/keys/" + name)) {
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
