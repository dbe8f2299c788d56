package io.milena.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The wall clocks of the parts, each of which can step, by libfaketime (Debian's package {@code faketime}) and a control
 * file for each part. A part sees a step within a second. The monotonic clock is left alone, as by a step of the
 * system's clock. Thread-safe.
 */
final class Clocks {
    private final Path directory;
    private final Optional<Path> library;

    private Clocks(Path directory, Optional<Path> library) {
        this.directory = directory;
        this.library = library;
    }

    static Clocks in(Path directory) throws IOException {
        try (var libraries = Stream.of("x86_64-linux-gnu", "aarch64-linux-gnu")
                .map(machine -> Path.of("/usr/lib", machine, "faketime/libfaketime.so.1"))) {
            return new Clocks(
                    Files.createDirectories(directory),
                    libraries.filter(Files::exists).findFirst());
        }
    }

    boolean canStep() {
        return library.isPresent();
    }

    /** Variables for the environment of a part. */
    Map<String, String> environment(String part) {
        if (library.isEmpty()) {
            return Map.of();
        }
        if (!Files.exists(file(part))) {
            step(part, Duration.ZERO);
        }
        return Map.of(
                "LD_PRELOAD", library.get().toString(),
                "FAKETIME_TIMESTAMP_FILE", file(part).toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                // Otherwise every timed wait of the JVM returns at once.
                "FAKETIME_FORCE_MONOTONIC_FIX", "0",
                "NO_FAKE_STAT", "1");
    }

    /** Sets how far the clock of a part is ahead of the system's; negative: behind. */
    void step(String part, Duration ahead) {
        try {
            Files.writeString(file(part), "%+d\n".formatted(ahead.toSeconds()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(String part) {
        return directory.resolve(part);
    }
}
