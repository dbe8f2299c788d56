package io.milena.standalone.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Quantities as a person reads them in a table. */
final class Figures {
    private static final String[] UNITS = {"K", "M", "G", "T"};

    private Figures() {}

    /** Time since {@code then}: {@code 12s}, {@code 3m}, {@code 5h}, {@code 2d}. */
    static String age(Instant then, Instant now) {
        return duration(Duration.between(then, now));
    }

    /** A length of time: {@code 12s}, {@code 3m}, {@code 5h}, {@code 2d}; {@code 0s} if negative. */
    static String duration(Duration length) {
        long seconds = Math.max(0, length.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m";
        }
        return seconds < 48 * 3600 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }

    /** Time until the instant in an answer; empty if the answer has none. */
    static String left(JsonNode until, Instant now) {
        return until.isTextual() ? duration(Duration.between(now, Instant.parse(until.asText()))) : "";
    }

    /** The instant in an answer, to the second. */
    static String time(JsonNode instant) {
        return Instant.parse(instant.asText()).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** A number with its noun: {@code 1 message}, {@code 2 messages}. */
    static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** Octets: {@code 812}, {@code 2.1K}, {@code 25M}. */
    static String size(long octets) {
        if (octets < 1024) {
            return Long.toString(octets);
        }
        double rest = octets;
        int unit = -1;
        // A number that would be rounded to 1024 belongs to the next unit.
        while (rest >= 1023.5 && unit < UNITS.length - 1) {
            rest /= 1024;
            unit++;
        }
        return (rest < 9.95 ? String.format(Locale.ROOT, "%.1f", rest) : Long.toString(Math.round(rest))) + UNITS[unit];
    }
}
