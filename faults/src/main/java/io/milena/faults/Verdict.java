package io.milena.faults;

import java.util.List;
import java.util.Map;

/**
 * The findings of a {@link Checker}.
 *
 * @param losses recipients of accepted mail that have neither mail nor a report, one line each
 * @param problems every other broken promise, one line each
 * @param duplicates by the number of a fault: for each copy that it explains, the milliseconds from its begin to the
 *     arrival of the copy before
 */
record Verdict(List<String> losses, List<String> problems, Map<Integer, List<Long>> duplicates) {
    Verdict {
        losses = List.copyOf(losses);
        problems = List.copyOf(problems);
        duplicates = Map.copyOf(duplicates);
    }

    boolean isGood() {
        return losses.isEmpty() && problems.isEmpty();
    }

    int allDuplicates() {
        return duplicates.values().stream().mapToInt(List::size).sum();
    }
}
