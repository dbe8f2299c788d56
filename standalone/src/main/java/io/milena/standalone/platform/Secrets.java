package io.milena.standalone.platform;

import io.milena.embedded.StartException;
import io.milena.topics.KeyEncryption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/** Secrets that the first start generates and every later start reuses, each in a file of its own. */
public record Secrets(Path directory) {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    /** 43 characters of 62 hold 256 bits. */
    private static final int LENGTH = 43;

    private static final SecureRandom RANDOM = new SecureRandom();

    /** The file of a secret, made if it does not exist. */
    public Path file(Secret secret) {
        var file = directory.resolve(secret.fileName);
        if (!Files.exists(file)) {
            PrivateFile.write(
                    file, secret == Secret.KEY_ENCRYPTION ? KeyEncryption.newEntry("k1") : secret.prefix + random());
        }
        return file;
    }

    public String value(Secret secret) {
        return read(file(secret));
    }

    /** The text of a file that holds a secret. */
    public static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new StartException("the file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static String random() {
        var text = new StringBuilder(LENGTH);
        RANDOM.ints(LENGTH, 0, ALPHABET.length()).forEach(i -> text.append(ALPHABET.charAt(i)));
        return text.toString();
    }

    /** The kinds of secret. */
    public enum Secret {
        /** Opens the REST API. */
        ADMIN_TOKEN("admin-token", "mt_"),
        /** Key of the account that the first start makes. */
        API_KEY("api-key", "mk_"),
        /** Authenticates ingest to auth-service. */
        SERVICE_TOKEN("service-token", ""),
        /** Signs return addresses. */
        RETURN_SECRET("return-secret", ""),
        DATABASE_PASSWORD("database-password", ""),
        /** Encrypts the DKIM private keys of domains; the file takes further keys, the first one encrypts. */
        KEY_ENCRYPTION("key-encryption", "");

        private final String fileName;
        private final String prefix;

        Secret(String fileName, String prefix) {
            this.fileName = fileName;
            this.prefix = prefix;
        }
    }
}
