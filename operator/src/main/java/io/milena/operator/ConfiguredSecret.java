package io.milena.operator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A secret that is configured as a value or as a file; the value wins, blank means none. */
public final class ConfiguredSecret {
    private ConfiguredSecret() {}

    public static Optional<String> of(String key, Optional<String> value, Optional<Path> file) {
        return value.or(() -> file.map(path -> read(key, path)))
                .map(String::strip)
                .filter(secret -> !secret.isEmpty());
    }

    private static String read(String key, Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(key + "-file: cannot read " + file + " (" + e + ")", e);
        }
    }
}
