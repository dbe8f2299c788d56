package io.milena.faults;

import io.milena.topics.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
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
 * the report that the outcome tells of; refused mail arrives nowhere; a copy too many was in flight at a fault that may
 * repeat mail ({@link Copies}), that is, it had arrived before the fault was over and its outcome was not recorded when
 * the fault began. Faults may overlap: a copy is counted at the last one that explains it.
 */
final class Checker {
    /** How long before a fault mail may have arrived without a recorded outcome. */
    static final Duration UNRECORDED = Duration.ofSeconds(5);
    /** How long after the end of a fault its victim may still be busy with its return to the group. */
    static final Duration RECOVERY = Duration.ofSeconds(10);
    /** Arrivals after a fault that show that mail flows. */
    private static final int FLOW = 20;

    private static final Duration FLOW_LIMIT = Duration.ofSeconds(60);

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
        checker.checkChanges();
        checker.checkFlow();
        checker.problems.addAll(evidence.collapses());
        return new Verdict(checker.losses, checker.problems, checker.duplicates);
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
                    && strikes.getOrDefault(i, 0) < fault.harm().strikes()
                    && wasInFlight(fault, recipient, copy)) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    private boolean wasInFlight(Fault fault, String recipient, Instant arrivedAt) {
        return isInDoubt(fault, arrivedAt)
                && ends.getOrDefault(recipient, List.of()).stream()
                        .noneMatch(end -> end.writtenAt().isBefore(fault.begin()));
    }

    /** Whether the fault may repeat mail that arrived then without a recorded outcome. */
    private static boolean isInDoubt(Fault fault, Instant arrivedAt) {
        return switch (fault.harm().copies()) {
            case NONE -> false;
            case UNTIL_DEATH ->
                !arrivedAt.isBefore(fault.begin().minus(UNRECORDED)) && !arrivedAt.isAfter(fault.struck());
            case UNTIL_RECOVERY ->
                !arrivedAt.isBefore(fault.begin().minus(UNRECORDED))
                        && !arrivedAt.isAfter(fault.end().plus(RECOVERY));
        };
    }

    static Checker of(Evidence evidence) {
        return new Checker(evidence);
    }

    /** Whether the recipient has one copy, which was in flight at no fault. */
    boolean isCertain(String recipient) {
        var copies = arrivals.getOrDefault(recipient, List.of());
        return copies.size() == 1
                && evidence.faults().stream()
                        .noneMatch(fault ->
                                wasInFlight(fault, recipient, copies.getFirst().at()));
    }

    /**
     * By the number of a fault: mail that arrived before its victims had recovered, and whose outcome was not recorded
     * when it began.
     */
    static Map<Integer, Integer> inFlight(Evidence evidence) {
        var checker = new Checker(evidence);
        var counts = new TreeMap<Integer, Integer>();
        for (int i = 0; i < evidence.faults().size(); i++) {
            var fault = evidence.faults().get(i);
            counts.put(i, (int) evidence.arrivals().stream()
                    .filter(arrival -> !arrival.at().isAfter(fault.end()))
                    .filter(arrival -> checker.wasInFlight(fault, arrival.recipient(), arrival.at()))
                    .map(Arrival::recipient)
                    .distinct()
                    .count());
        }
        return counts;
    }

    /** The share of the time from the first fault to the last in which a second copy would break a promise. */
    static double certainShare(List<Fault> faults) {
        if (faults.isEmpty()) {
            return 1;
        }
        var begin = faults.getFirst().begin();
        long all = 0;
        long certain = 0;
        var last =
                faults.stream().map(Fault::end).max(Comparator.naturalOrder()).orElseThrow();
        for (var at = begin; at.isBefore(last); at = at.plusMillis(100)) {
            var now = at;
            all++;
            if (faults.stream().noneMatch(fault -> isInDoubt(fault, now))) {
                certain++;
            }
        }
        return all == 0 ? 1 : (double) certain / all;
    }

    /** By the number of a fault: how long after its end the mail hosts had 20 messages more; empty if they never had. */
    static Map<Integer, Duration> flowAfter(Evidence evidence) {
        var times = evidence.arrivals().stream().map(Arrival::at).sorted().toList();
        var flows = new TreeMap<Integer, Duration>();
        for (int i = 0; i < evidence.faults().size(); i++) {
            var end = evidence.faults().get(i).end();
            int next = Collections.binarySearch(times, end);
            int enough = (next < 0 ? -next - 1 : next) + FLOW - 1;
            if (enough < times.size()) {
                flows.put(i, Duration.between(end, times.get(enough)));
            }
        }
        return flows;
    }

    /** Mail flows within a minute after each fault, not counting the time in which other faults last. */
    private void checkFlow() {
        var flows = flowAfter(evidence);
        var lastSubmission = evidence.submissions().stream()
                .map(Submission::at)
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
        for (int i = 0; i < evidence.faults().size(); i++) {
            var fault = evidence.faults().get(i);
            var flow = flows.get(i);
            var flowing = flow == null ? lastSubmission : fault.end().plus(flow);
            if (calm(fault.end(), flowing).compareTo(FLOW_LIMIT) > 0) {
                problems.add("mail did not flow within %d s after '%s' at %s"
                        .formatted(FLOW_LIMIT.toSeconds(), fault.name(), fault.begin()));
            }
        }
    }

    /** The time in between in which no fault lasts. The faults are in the order of their begin. */
    private Duration calm(Instant from, Instant to) {
        var calm = Duration.ZERO;
        var at = from;
        for (var fault : evidence.faults()) {
            if (fault.begin().isAfter(to)) {
                break;
            }
            if (fault.end().isAfter(at)) {
                if (fault.begin().isAfter(at)) {
                    calm = calm.plus(Duration.between(at, fault.begin()));
                }
                at = fault.end();
            }
        }
        return at.isBefore(to) ? calm.plus(Duration.between(at, to)) : calm;
    }

    private void checkChanges() {
        evidence.promised().stream()
                .filter(change -> !evidence.published().contains(change))
                .sorted()
                .forEach(change -> problems.add("the change '" + change + "' was promised, and is not published"));
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
