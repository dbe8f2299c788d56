package io.milena.faults;

import java.util.List;
import java.util.Map;

/**
 * What the {@link Checker} found.
 *
 * @param losses recipients of accepted mail that have neither mail nor a report, one line each
 * @param problems every other broken promise, one line each
 * @param inFlight by the number of a fault: recipients whose mail had arrived, and whose outcome was not recorded
 * @param duplicates by the number of a fault: copies that it explains
 */
record Verdict(
        List<String> losses, List<String> problems, Map<Integer, Integer> inFlight, Map<Integer, Integer> duplicates) {
    Verdict {
        losses = List.copyOf(losses);
        problems = List.copyOf(problems);
        inFlight = Map.copyOf(inFlight);
        duplicates = Map.copyOf(duplicates);
    }

    boolean isGood() {
        return losses.isEmpty() && problems.isEmpty();
    }

    int allDuplicates() {
        return duplicates.values().stream().mapToInt(count -> count).sum();
    }
}
