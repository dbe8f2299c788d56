package io.milena.delivery.shaping;

import io.quarkus.runtime.configuration.DurationConverter;
import java.time.Duration;
import java.util.Optional;

/** Lengths of time as operators write them: {@code 5s}, {@code 30m}, {@code 2h}, or as ISO 8601 has them. */
public final class Times {
    private Times() {}

    /** Empty if it is none. */
    public static Optional<Duration> parse(String text) {
        try {
            return Optional.ofNullable(DurationConverter.parseDuration(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
