package io.milena.delivery.egress;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * How many messages an hour a source may send on its first days, {@code 2026-11-24: 50, 100, 200}; days are in UTC.
 * Immutable.
 */
record WarmUpPlan(LocalDate start, List<Integer> perHour) {
    WarmUpPlan {
        perHour = List.copyOf(perHour);
    }

    /** A text that is not a plan is an {@link IllegalArgumentException} that names the key. */
    static WarmUpPlan parse(String key, String text) {
        try {
            var parts = text.split(":", 2);
            var days = Arrays.stream(parts.length == 2 ? parts[1].split(",", -1) : new String[0])
                    .map(day -> Integer.valueOf(day.strip()))
                    .toList();
            if (!days.isEmpty() && days.stream().allMatch(messages -> messages > 0)) {
                return new WarmUpPlan(LocalDate.parse(parts[0].strip()), days);
            }
        } catch (NumberFormatException | DateTimeException e) {
            // Reported below.
        }
        throw new IllegalArgumentException(key + ": " + text
                + " (expected: DATE: MESSAGES, …, for each day how many an hour, e.g. 2026-11-24: 50, 100, 200)");
    }

    /** 0 before the first day; empty after the last, when the source is warm. */
    OptionalInt on(LocalDate day) {
        long past = day.toEpochDay() - start.toEpochDay();
        if (past < 0) {
            return OptionalInt.of(0);
        }
        return past < perHour.size() ? OptionalInt.of(perHour.get((int) past)) : OptionalInt.empty();
    }
}
