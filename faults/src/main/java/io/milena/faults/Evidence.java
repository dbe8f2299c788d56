package io.milena.faults;

import java.util.List;
import java.util.Set;

/**
 * All that a round has seen, for the {@link Checker}.
 *
 * @param poison texts of the records that were no mail
 * @param deadLetters texts of the records in {@code mail.dead-letters}
 * @param promised changes of the directory that an administrator was told of
 * @param published changes that are in the directory
 * @param moments kills at chosen moments
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
        Set<String> promised,
        Set<String> published,
        List<Moment> moments,
        List<String> collapses) {
    Evidence {
        submissions = List.copyOf(submissions);
        arrivals = List.copyOf(arrivals);
        notices = List.copyOf(notices);
        ends = List.copyOf(ends);
        faults = List.copyOf(faults);
        poison = Set.copyOf(poison);
        deadLetters = List.copyOf(deadLetters);
        promised = Set.copyOf(promised);
        published = Set.copyOf(published);
        moments = List.copyOf(moments);
        collapses = List.copyOf(collapses);
    }

    Evidence withArrivals(List<Arrival> others) {
        return copy(submissions, others, notices, ends, deadLetters, published);
    }

    Evidence withNotices(List<Notice> others) {
        return copy(submissions, arrivals, others, ends, deadLetters, published);
    }

    Evidence withEnds(List<End> others) {
        return copy(submissions, arrivals, notices, others, deadLetters, published);
    }

    Evidence withSubmissions(List<Submission> others) {
        return copy(others, arrivals, notices, ends, deadLetters, published);
    }

    Evidence withDeadLetters(List<String> others) {
        return copy(submissions, arrivals, notices, ends, others, published);
    }

    Evidence withPublished(Set<String> others) {
        return copy(submissions, arrivals, notices, ends, deadLetters, others);
    }

    private Evidence copy(
            List<Submission> someSubmissions,
            List<Arrival> someArrivals,
            List<Notice> someNotices,
            List<End> someEnds,
            List<String> someDeadLetters,
            Set<String> somePublished) {
        return new Evidence(
                someSubmissions,
                someArrivals,
                someNotices,
                someEnds,
                faults,
                poison,
                someDeadLetters,
                promised,
                somePublished,
                moments,
                collapses);
    }
}
