package io.milena.faults;

import java.util.List;
import java.util.Set;

/**
 * All that a round has seen, for the {@link Checker}.
 *
 * @param poison texts of the records that were no mail
 * @param deadLetters texts of the records in {@code mail.dead-letters}
 * @param collapses what went wrong with a part that nobody struck
 */
record Evidence(
        List<Submission> submissions,
        List<Arrival> arrivals,
        List<Notice> notices,
        List<End> ends,
        List<Fault> faults,
        Set<String> poison,
        List<String> deadLetters,
        List<String> collapses) {
    Evidence {
        submissions = List.copyOf(submissions);
        arrivals = List.copyOf(arrivals);
        notices = List.copyOf(notices);
        ends = List.copyOf(ends);
        faults = List.copyOf(faults);
        poison = Set.copyOf(poison);
        deadLetters = List.copyOf(deadLetters);
        collapses = List.copyOf(collapses);
    }

    Evidence withArrivals(List<Arrival> others) {
        return new Evidence(submissions, others, notices, ends, faults, poison, deadLetters, collapses);
    }

    Evidence withNotices(List<Notice> others) {
        return new Evidence(submissions, arrivals, others, ends, faults, poison, deadLetters, collapses);
    }

    Evidence withEnds(List<End> others) {
        return new Evidence(submissions, arrivals, notices, others, faults, poison, deadLetters, collapses);
    }

    Evidence withSubmissions(List<Submission> others) {
        return new Evidence(others, arrivals, notices, ends, faults, poison, deadLetters, collapses);
    }

    Evidence withDeadLetters(List<String> others) {
        return new Evidence(submissions, arrivals, notices, ends, faults, poison, others, collapses);
    }
}
