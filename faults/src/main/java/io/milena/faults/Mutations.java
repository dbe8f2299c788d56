package io.milena.faults;

import io.milena.faults.Submission.Answer;
import io.milena.topics.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Shows that the {@link Checker} can fail: it gets the evidence of this round with one thing changed, as if the platform
 * had broken a promise there, and must find that.
 */
final class Mutations {
    private static final Duration NEAR = Duration.ofSeconds(10);

    private final Evidence evidence;
    private final Map<String, Boolean> caught = new LinkedHashMap<>();

    private Mutations(Evidence evidence) {
        this.evidence = evidence;
    }

    /** Each mutation that this evidence allows, and whether the checker found it. */
    static Map<String, Boolean> tried(Evidence evidence) {
        var mutations = new Mutations(evidence);
        mutations.loseMailAtEachKindOfFault();
        mutations.loseAReport();
        mutations.repeatMail();
        mutations.deliverRefusedMail();
        mutations.endTwice();
        mutations.endNever();
        mutations.dropPoison();
        mutations.dropAChange();
        mutations.repeatWhatWasRecorded();
        return mutations.caught;
    }

    private void loseMailAtEachKindOfFault() {
        for (var fault : evidence.faults()) {
            var name = "a message is lost at '" + fault.name() + "'";
            if (!caught.containsKey(name)) {
                delivered(submission -> submission.at().isAfter(fault.begin().minus(NEAR))
                                && submission.at().isBefore(fault.end().plus(NEAR)))
                        .ifPresent(victim -> lost(
                                name,
                                victim,
                                evidence.withArrivals(evidence.arrivals().stream()
                                        .filter(arrival -> !arrival.recipient().equals(victim))
                                        .toList())));
            }
        }
    }

    private void loseAReport() {
        first(Outcome.Type.BOUNCED, submission -> true)
                .ifPresent(victim -> lost(
                        "a report is lost",
                        victim,
                        evidence.withNotices(evidence.notices().stream()
                                .filter(notice -> !notice.recipient().equals(victim))
                                .toList())));
    }

    private void lost(String name, String victim, Evidence mutated) {
        caught.put(name, Checker.check(mutated).losses().stream().anyMatch(line -> line.contains(victim)));
    }

    private void repeatMail() {
        delivered(submission -> true).ifPresent(victim -> {
            var last = evidence.faults().isEmpty()
                    ? Duration.ZERO
                    : Checker.RECOVERY.multipliedBy(4).plus(Duration.ofHours(1));
            problem(
                    "a message arrives again an hour later",
                    victim,
                    evidence.withArrivals(with(
                            evidence.arrivals(),
                            evidence.arrivals().stream()
                                    .filter(arrival -> arrival.recipient().equals(victim))
                                    .toList()
                                    .getLast(),
                            arrival -> List.of(
                                    new Arrival(victim, arrival.at().plus(last), true, true),
                                    new Arrival(victim, arrival.at().plus(last.multipliedBy(2)), true, true)))));
        });
    }

    private void deliverRefusedMail() {
        delivered(submission -> true)
                .ifPresent(victim -> problem(
                        "a refused message arrives",
                        victim,
                        evidence.withSubmissions(evidence.submissions().stream()
                                .map(submission -> submission.recipients().contains(victim)
                                        ? new Submission(
                                                submission.number(),
                                                submission.recipients(),
                                                Answer.REFUSED,
                                                submission.at(),
                                                "",
                                                "451")
                                        : submission)
                                .toList())));
    }

    private void endTwice() {
        delivered(submission -> true).ifPresent(victim -> {
            var end = end(victim).orElseThrow();
            problem(
                    "a recipient has two terminal outcomes",
                    victim,
                    evidence.withEnds(with(
                            evidence.ends(),
                            end,
                            its -> List.of(new End(its.queueId(), victim, Outcome.Type.EXPIRED, its.writtenAt())))));
        });
    }

    private void endNever() {
        delivered(submission -> true)
                .ifPresent(victim -> problem(
                        "a recipient has no terminal outcome",
                        victim,
                        evidence.withEnds(evidence.ends().stream()
                                .filter(end -> !end.recipient().equals(victim))
                                .toList())));
    }

    private void dropPoison() {
        evidence.poison().stream()
                .filter(evidence.deadLetters()::contains)
                .findFirst()
                .ifPresent(victim -> problem(
                        "a record that is no mail vanishes",
                        victim.substring(0, Math.min(20, victim.length())),
                        evidence.withDeadLetters(evidence.deadLetters().stream()
                                .filter(text -> !text.equals(victim))
                                .toList())));
    }

    private void dropAChange() {
        evidence.promised().stream()
                .filter(evidence.published()::contains)
                .findFirst()
                .ifPresent(victim -> problem(
                        "a promised change of the directory vanishes",
                        "'" + victim + "'",
                        evidence.withPublished(evidence.published().stream()
                                .filter(change -> !change.equals(victim))
                                .collect(Collectors.toSet()))));
    }

    /** At each kind of fault that may repeat mail: mail whose outcome was recorded before it comes again behind it. */
    private void repeatWhatWasRecorded() {
        var checker = Checker.of(evidence);
        for (var fault : evidence.faults()) {
            var name = "recorded mail arrives again after '" + fault.name() + "'";
            if (fault.harm().copies() != Copies.NONE && !caught.containsKey(name)) {
                evidence.ends().stream()
                        .filter(end -> end.type() == Outcome.Type.DELIVERED)
                        .filter(end -> end.writtenAt().isBefore(fault.begin())
                                && end.writtenAt().isAfter(fault.begin().minus(NEAR)))
                        .map(End::recipient)
                        .filter(checker::isCertain)
                        .findFirst()
                        .ifPresent(victim -> problem(
                                name,
                                victim,
                                evidence.withArrivals(Stream.concat(
                                                evidence.arrivals().stream(),
                                                Stream.of(new Arrival(victim, behind(fault), true, true)))
                                        .toList())));
            }
        }
    }

    private static Instant behind(Fault fault) {
        return fault.end().plusMillis(1);
    }

    private void problem(String name, String victim, Evidence mutated) {
        caught.put(name, Checker.check(mutated).problems().stream().anyMatch(line -> line.contains(victim)));
    }

    private static <T> List<T> with(List<T> all, T one, Function<T, List<T>> more) {
        return Stream.concat(all.stream(), more.apply(one).stream()).toList();
    }

    private Optional<String> delivered(Predicate<Submission> wanted) {
        return first(Outcome.Type.DELIVERED, wanted);
    }

    /** The first recipient of an accepted message with this outcome. */
    private Optional<String> first(Outcome.Type type, Predicate<Submission> wanted) {
        var ended = new ArrayList<String>();
        evidence.ends().stream().filter(end -> end.type() == type).forEach(end -> ended.add(end.recipient()));
        var recipients = Set.copyOf(ended);
        return evidence.submissions().stream()
                .filter(submission -> submission.answer() == Answer.ACCEPTED)
                .filter(wanted)
                .flatMap(submission -> submission.recipients().stream())
                .filter(recipients::contains)
                .findFirst();
    }

    private Optional<End> end(String recipient) {
        return evidence.ends().stream()
                .filter(end -> end.recipient().equals(recipient))
                .findFirst();
    }
}
