package io.milena.delivery.shaping;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** A number in a time, e.g. {@code 100/s}, {@code 600/min}, {@code 5/h}. Immutable; both are above zero. */
public record Rate(int count, Duration per) {
    private static final Pattern SYNTAX = Pattern.compile("(\\d{1,9})\\s*/\\s*(s|min|h)");
    private static final Map<String, Duration> UNITS =
            Map.of("s", Duration.ofSeconds(1), "min", Duration.ofMinutes(1), "h", Duration.ofHours(1));

    public Rate {
        if (count < 1) {
            throw new IllegalArgumentException("a rate of " + count + " (expected: 1 or more)");
        }
    }

    /** Throws {@link IllegalArgumentException} if the text is not a rate. */
    public static Rate parse(String text) {
        var rate = SYNTAX.matcher(text.strip());
        if (!rate.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no rate (expected: a number, then /s, /min or /h, or unlimited)");
        }
        return new Rate(Integer.parseInt(rate.group(1)), UNITS.get(rate.group(2)));
    }

    public double perSecond() {
        return count * 1e9 / per.toNanos();
    }

    @Override
    public String toString() {
        var unit = UNITS.entrySet().stream()
                .filter(entry -> entry.getValue().equals(per))
                .map(Map.Entry::getKey)
                .findFirst();
        return count + "/" + unit.orElseGet(per::toString);
    }
}
