package io.milena.faults;

import io.milena.topics.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Compares promises, outcomes and arrivals. Every recipient of accepted mail has one terminal outcome and the mail or
 * the report that the outcome tells of; refused mail arrives nowhere; a copy too many was in flight at a fault, that
 * is, it had arrived before the fault was over and its outcome was not recorded when the fault began.
 */
final class Checker {
    /** How long before a fault mail may have arrived without a recorded outcome. */
    static final Duration UNRECORDED = Duration.ofSeconds(10);
    /** How long after the end of a fault its victim may still be busy with its return to the group. */
    static final Duration RECOVERY = Duration.ofSeconds(15);

    private final Evidence evidence;
    private final List<String> losses = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<Integer, List<Long>> duplicates = new TreeMap<>();
    private final Map<String, List<Arrival>> arrivals;
    private final Map<String, List<Notice>> notices;
    private final Map<String, List<End>> ends;

    private Checker(Evidence evidence) {
        this.evidence = evidence;
        this.arrivals = by(evidence.arrivals(), Arrival::recipient);
        this.notices = by(evidence.notices(), Notice::recipient);
        this.ends = by(evidence.ends(), End::recipient);
    }

    private static <T> Map<String, List<T>> by(List<T> all, Function<T, String> recipient) {
        return all.stream().collect(Collectors.groupingBy(recipient));
    }

    static Verdict check(Evidence evidence) {
        var checker = new Checker(evidence);
        evidence.submissions().forEach(checker::check);
        checker.checkStrangers();
        checker.checkPoison();
        checker.problems.addAll(evidence.collapses());
        return new Verdict(checker.losses, checker.problems, checker.inFlight(), checker.duplicates);
    }

    private void check(Submission submission) {
        for (var recipient : submission.recipients()) {
            switch (submission.answer()) {
                case ACCEPTED -> checkAccepted(submission, recipient);
                case REFUSED -> checkRefused(submission, recipient);
                case DOUBTFUL -> checkCopies(submission, recipient);
            }
        }
    }

    private void checkAccepted(Submission submission, String recipient) {
        var its = ends.getOrDefault(recipient, List.of()).stream()
                .filter(end -> end.queueId().equals(submission.queueId()))
                .toList();
        boolean arrived = arrivals.containsKey(recipient);
        boolean reported = notices.containsKey(recipient);
        var name = submission.name(recipient);
        boolean told = its.stream().anyMatch(end -> neitherSentNorReported(end.type()));
        if (!arrived && !reported && !told) {
            losses.add(name + ": no mail and no report; outcomes " + types(its));
            return;
        }
        if (its.size() != 1) {
            problems.add(name + ": " + its.size() + " terminal outcomes " + types(its) + " (expected: 1)");
        }
        for (var end : its) {
            if (end.type() == Outcome.Type.DELIVERED && !arrived) {
                problems.add(name + ": told as delivered, but no host has it");
            }
            if ((end.type() == Outcome.Type.BOUNCED || end.type() == Outcome.Type.EXPIRED) && !reported) {
                problems.add(name + ": told as " + end.type() + ", but its sender has no report");
            }
        }
        checkCopies(submission, recipient);
    }

    private static boolean neitherSentNorReported(Outcome.Type type) {
        return switch (type) {
            case DROPPED, CANCELLED -> true;
            case DELIVERED, DEFERRED, BOUNCED, EXPIRED -> false;
        };
    }

    private static List<Outcome.Type> types(List<End> its) {
        return its.stream().map(End::type).toList();
    }

    private void checkRefused(Submission submission, String recipient) {
        if (arrivals.containsKey(recipient) || notices.containsKey(recipient)) {
            problems.add(submission.name(recipient) + ": refused, but delivered or reported");
        }
    }

    private void checkCopies(Submission submission, String recipient) {
        var name = submission.name(recipient);
        var its = arrivals.getOrDefault(recipient, List.of());
        if (its.stream().anyMatch(arrival -> !arrival.whole())) {
            problems.add(name + ": arrived without its last line");
        }
        checkCopies(
                name + ": mail",
                recipient,
                its.stream()
                        .filter(Arrival::acknowledged)
                        .map(Arrival::at)
                        .sorted()
                        .toList());
        checkCopies(
                name + ": report",
                "",
                notices.getOrDefault(recipient, List.of()).stream()
                        .filter(Notice::acknowledged)
                        .map(Notice::at)
                        .sorted()
                        .toList());
    }

    private void checkCopies(String name, String recipient, List<Instant> copies) {
        var strikes = new HashMap<Integer, Integer>();
        for (int i = 1; i < copies.size(); i++) {
            var fault = cause(recipient, copies.get(i - 1), copies.get(i), strikes);
            if (fault.isPresent()) {
                strikes.merge(fault.getAsInt(), 1, Integer::sum);
                duplicates
                        .computeIfAbsent(fault.getAsInt(), first -> new ArrayList<>())
                        .add(Duration.between(
                                        evidence.faults().get(fault.getAsInt()).begin(), copies.get(i - 1))
                                .toMillis());
            } else {
                problems.add("%s came at %s and again at %s, and was in flight at no fault in between"
                        .formatted(name, copies.get(i - 1), copies.get(i)));
            }
        }
    }

    /** The last fault that explains a copy; a fault explains one copy of a message for each process that it struck. */
    private OptionalInt cause(String recipient, Instant copy, Instant next, Map<Integer, Integer> strikes) {
        for (int i = evidence.faults().size() - 1; i >= 0; i--) {
            var fault = evidence.faults().get(i);
            if (next.isAfter(fault.begin())
                    && strikes.getOrDefault(i, 0) < fault.strikes()
                    && wasInFlight(fault, recipient, copy)) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    private boolean wasInFlight(Fault fault, String recipient, Instant arrivedAt) {
        return !arrivedAt.isBefore(fault.begin().minus(UNRECORDED))
                && !arrivedAt.isAfter(fault.end().plus(RECOVERY))
                && ends.getOrDefault(recipient, List.of()).stream()
                        .noneMatch(end -> end.writtenAt().isBefore(fault.begin()));
    }

    private Map<Integer, Integer> inFlight() {
        var counts = new TreeMap<Integer, Integer>();
        for (int i = 0; i < evidence.faults().size(); i++) {
            var fault = evidence.faults().get(i);
            long mail = arrivals.entrySet().stream()
                    .filter(its ->
                            its.getValue().stream().anyMatch(arrival -> arrived(fault, its.getKey(), arrival.at())))
                    .count();
            long reports = notices.values().stream()
                    .filter(its -> its.stream().anyMatch(notice -> arrived(fault, "", notice.at())))
                    .count();
            counts.put(i, (int) (mail + reports));
        }
        return counts;
    }

    private boolean arrived(Fault fault, String recipient, Instant at) {
        return at.isBefore(fault.end()) && wasInFlight(fault, recipient, at);
    }

    private void checkStrangers() {
        Set<String> known = evidence.submissions().stream()
                .flatMap(submission -> submission.recipients().stream())
                .collect(Collectors.toCollection(HashSet::new));
        arrivals.keySet().stream()
                .filter(recipient -> !known.contains(recipient))
                .sorted(Comparator.naturalOrder())
                .forEach(recipient -> problems.add("mail for " + recipient + ", to whom nobody has written"));
    }

    private void checkPoison() {
        var buried = Set.copyOf(evidence.deadLetters());
        evidence.poison().stream()
                .filter(text -> !buried.contains(text))
                .sorted()
                .forEach(text -> problems.add("'" + head(text) + "' was no mail, and is no dead letter"));
        evidence.deadLetters().stream()
                .filter(text -> !evidence.poison().contains(text))
                .forEach(text -> problems.add("'" + head(text) + "' is a dead letter, and was no poison"));
    }

    private static String head(String text) {
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }
}
