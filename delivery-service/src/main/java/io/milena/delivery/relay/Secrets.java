package io.milena.delivery.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Passwords that are mounted as files. */
public final class Secrets {
    private Secrets() {}

    /** A file that cannot be read is an {@link IllegalArgumentException} that names the key. */
    public static String read(String key, String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException(key + ": cannot read " + e.getMessage(), e);
        }
    }
}
