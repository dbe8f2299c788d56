package io.milena.operator;

import io.quarkus.runtime.configuration.DurationConverter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Durations as operators write them: {@code 5s}, {@code 30m}, {@code 1h30m}, or in ISO 8601. */
public final class Times {
    private Times() {}

    /** Empty if the text is not a duration. */
    public static Optional<Duration> parse(String text) {
        try {
            return Optional.ofNullable(DurationConverter.parseDuration(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The form that {@link #parse} reads, in hours, minutes and seconds. */
    public static String text(Duration time) {
        return time.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }
}
