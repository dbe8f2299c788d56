package io.milena.faults;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** The observations of clients, mail hosts and the reader of outcomes so far. Thread-safe. */
final class Ledger {
    private final Collection<Submission> submissions = new ConcurrentLinkedQueue<>();
    private final Collection<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    private final Collection<Notice> notices = new ConcurrentLinkedQueue<>();
    private final Collection<End> ends = new ConcurrentLinkedQueue<>();
    private final Collection<String> deadLetters = new ConcurrentLinkedQueue<>();
    private final Set<String> poison = ConcurrentHashMap.newKeySet();
    private final Collection<String> collapses = new ConcurrentLinkedQueue<>();
    private final Set<String> promised = ConcurrentHashMap.newKeySet();
    private final Set<String> published = ConcurrentHashMap.newKeySet();
    private final Collection<Moment> moments = new ConcurrentLinkedQueue<>();
    private final Collection<Launcher.Start> starts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger changes = new AtomicInteger();
    /** Recipients of accepted mail. */
    private final Set<String> accepting = ConcurrentHashMap.newKeySet();

    private final Map<String, Boolean> open = new ConcurrentHashMap<>();
    private final AtomicInteger arrived = new AtomicInteger();
    private final AtomicInteger contents = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();

    void note(Submission submission) {
        submissions.add(submission);
        if (submission.answer() == Submission.Answer.ACCEPTED) {
            accepted.incrementAndGet();
            accepting.addAll(submission.recipients());
            submission.recipients().forEach(recipient -> open.merge(recipient, false, (ended, now) -> ended || now));
        }
    }

    void note(Arrival arrival) {
        arrivals.add(arrival);
        arrived.incrementAndGet();
    }

    void note(Notice notice) {
        notices.add(notice);
    }

    void note(End end) {
        ends.add(end);
        open.put(end.recipient(), true);
    }

    void deadLetter(String text) {
        deadLetters.add(text);
    }

    void poison(String text) {
        poison.add(text);
    }

    /** An administrator was told that this change is made. */
    void promised(String change) {
        promised.add(change);
        changes.incrementAndGet();
    }

    /** The change is in the directory. */
    void published(String change) {
        published.add(change);
    }

    int changes() {
        return changes.get();
    }

    void started(Launcher.Start start) {
        starts.add(start);
    }

    List<Launcher.Start> starts() {
        return List.copyOf(starts);
    }

    /** A kill at a chosen moment, and whether it came before the commit; empty if that is not known. */
    void moment(String name, Optional<Boolean> beforeCommit) {
        moments.add(new Moment(name, beforeCommit));
    }

    void collapsed(String what) {
        collapses.add(what);
    }

    int arrived() {
        return arrived.get();
    }

    /** A client has sent the end of a content, and waits for the reply. */
    void awaitingReply() {
        contents.incrementAndGet();
    }

    int contents() {
        return contents.get();
    }

    int accepted() {
        return accepted.get();
    }

    /** Number of recipients of accepted mail without a terminal outcome, and failed ones without their report. */
    int unfinished() {
        var reported = ConcurrentHashMap.newKeySet();
        notices.forEach(notice -> reported.add(notice.recipient()));
        var failed = ends.stream()
                .filter(end -> switch (end.type()) {
                    case BOUNCED, EXPIRED -> !reported.contains(end.recipient());
                    case DELIVERED, DEFERRED, DROPPED, CANCELLED -> false;
                })
                .filter(end -> accepting.contains(end.recipient()))
                .count();
        return (int) (open.values().stream().filter(ended -> !ended).count() + failed);
    }

    /** Number of records that were no mail and are no dead letters yet. */
    int unburied() {
        var buried = Set.copyOf(deadLetters);
        return (int) poison.stream().filter(text -> !buried.contains(text)).count();
    }

    /** Number of changes that were promised and are not in the directory yet. */
    int unpublished() {
        return (int)
                promised.stream().filter(change -> !published.contains(change)).count();
    }

    Evidence evidence(List<Fault> faults) {
        return new Evidence(
                List.copyOf(submissions),
                List.copyOf(arrivals),
                List.copyOf(notices),
                List.copyOf(ends),
                faults,
                poison,
                List.copyOf(deadLetters),
                promised,
                published,
                List.copyOf(moments),
                List.copyOf(collapses));
    }
}
