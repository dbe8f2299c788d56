package io.milena.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.faults.Submission.Answer;
import io.milena.topics.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CheckerTest {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");
    private static final String TO = "m1@d1.faults.test";
    private static final Submission ACCEPTED = submission(Answer.ACCEPTED, "ID1");
    private static final End DELIVERED = new End("ID1", TO, Outcome.Type.DELIVERED, at(2));
    /** From second 60 to second 70. */
    private static final Fault KILL = fault("delivery: kill -9", 60, 61, 70, Harm.kill(List.of("delivery")));

    @Test
    void mailThatArrivesOnceOrIsReportedIsGood() {
        assertThat(Checker.check(evidence(ACCEPTED, List.of(arrival(1)), List.of(DELIVERED)))
                        .isGood())
                .isTrue();
        var bounced = evidence(ACCEPTED, List.of(), List.of(new End("ID1", TO, Outcome.Type.BOUNCED, at(2))));
        assertThat(Checker.check(bounced.withNotices(List.of(new Notice(TO, at(3), true))))
                        .isGood())
                .isTrue();
    }

    @Test
    void mailThatNeitherArrivesNorIsReportedIsLostAndNamed() {
        var verdict = Checker.check(evidence(ACCEPTED, List.of(), List.of(DELIVERED)));

        assertThat(verdict.losses()).singleElement().asString().contains("m1", TO, "ID1", "DELIVERED");
        assertThat(verdict.isGood()).isFalse();
    }

    @Test
    void anOrderThatDropsMailSaysSo() {
        var dropped = new End("ID1", TO, Outcome.Type.DROPPED, at(2));

        assertThat(Checker.check(evidence(ACCEPTED, List.of(), List.of(dropped)))
                        .isGood())
                .isTrue();
    }

    @Test
    void anOutcomeThatNobodyConfirmsIsAProblem() {
        var bounced = new End("ID1", TO, Outcome.Type.BOUNCED, at(2));

        assertThat(Checker.check(evidence(ACCEPTED, List.of(arrival(1)), List.of(bounced)))
                        .problems())
                .singleElement()
                .asString()
                .contains("BOUNCED", "no report");
    }

    @Test
    void noneAndTwoTerminalOutcomesAreProblems() {
        var expired = new End("ID1", TO, Outcome.Type.EXPIRED, at(5));
        var two = evidence(ACCEPTED, List.of(arrival(1)), List.of(DELIVERED, expired))
                .withNotices(List.of(new Notice(TO, at(6), true)));

        assertThat(Checker.check(two).problems()).singleElement().asString().contains("2 terminal outcomes");
        assertThat(Checker.check(evidence(ACCEPTED, List.of(arrival(1)), List.of()))
                        .problems())
                .singleElement()
                .asString()
                .contains("0 terminal outcomes");
    }

    @Test
    void anOutcomeOfAnotherMessageIsNotThisOnes() {
        var another = new End("ID2", TO, Outcome.Type.DELIVERED, at(2));

        assertThat(Checker.check(evidence(ACCEPTED, List.of(arrival(1)), List.of(another)))
                        .problems())
                .singleElement()
                .asString()
                .contains("0 terminal outcomes");
    }

    @Test
    void refusedMailMustNotArriveButMailWhoseReplyWasCutOffMay() {
        assertThat(Checker.check(evidence(submission(Answer.REFUSED, ""), List.of(arrival(1)), List.of()))
                        .problems())
                .singleElement()
                .asString()
                .contains("refused, but delivered");
        assertThat(Checker.check(evidence(submission(Answer.DOUBTFUL, ""), List.of(arrival(1)), List.of()))
                        .isGood())
                .isTrue();
        assertThat(Checker.check(evidence(submission(Answer.DOUBTFUL, ""), List.of(), List.of()))
                        .isGood())
                .isTrue();
    }

    @Test
    void aCopyOfMailThatWasInFlightIsCountedAtItsFault() {
        var recorded = new End("ID1", TO, Outcome.Type.DELIVERED, at(72));

        var evidence = evidence(ACCEPTED, List.of(arrival(59), arrival(71)), List.of(recorded));
        var verdict = Checker.check(evidence);

        assertThat(verdict.isGood()).isTrue();
        assertThat(verdict.duplicates()).containsEntry(0, List.of(-1000L));
        assertThat(Checker.inFlight(evidence)).containsEntry(0, 1);
    }

    @Test
    void aCopyOfMailThatArrivedLongBeforeTheFaultIsAProblem() {
        var recorded = new End("ID1", TO, Outcome.Type.DELIVERED, at(72));

        assertThat(Checker.check(evidence(ACCEPTED, List.of(arrival(20), arrival(71)), List.of(recorded)))
                        .problems())
                .singleElement()
                .asString()
                .contains("in flight at no fault");
    }

    @Test
    void aCopyOfMailWhoseOutcomeWasRecordedBeforeTheFaultIsAProblem() {
        var recorded = new End("ID1", TO, Outcome.Type.DELIVERED, at(59));

        assertThat(Checker.check(evidence(ACCEPTED, List.of(arrival(58), arrival(71)), List.of(recorded)))
                        .problems())
                .singleElement()
                .asString()
                .contains("in flight at no fault");
    }

    @Test
    void aFaultExplainsOneCopyForEachProcessThatItStruck() {
        var recorded = new End("ID1", TO, Outcome.Type.DELIVERED, at(80));
        var thrice = evidence(ACCEPTED, List.of(arrival(59), arrival(61), arrival(71)), List.of(recorded));

        assertThat(Checker.check(thrice).problems()).hasSize(1);
        var roll = fault("rolling restart", 60, 70, 70, new Harm(List.of(), 2, 0, Copies.UNTIL_RECOVERY));
        assertThat(Checker.check(with(thrice, roll)).isGood()).isTrue();
    }

    @Test
    void aDeadProcessHasNothingMoreInFlightButAFrozenOneHas() {
        var recorded = new End("ID1", TO, Outcome.Type.DELIVERED, at(80));
        var behind = evidence(ACCEPTED, List.of(arrival(65), arrival(71)), List.of(recorded));

        assertThat(Checker.check(behind).problems()).singleElement().asString().contains("in flight at no fault");
        var frozen = fault("delivery: SIGSTOP for 7 s", 60, 67, 67, Harm.on("delivery"));
        assertThat(Checker.check(with(behind, frozen)).isGood()).isTrue();
    }

    @Test
    void aPartThatSendsNoMailExplainsNoCopy() {
        var recorded = new End("ID1", TO, Outcome.Type.DELIVERED, at(72));
        var twice = evidence(ACCEPTED, List.of(arrival(59), arrival(71)), List.of(recorded));

        for (var part : List.of("ingest", "auth", "bounce", "postgres")) {
            var other = fault(part + ": kill -9", 60, 61, 70, Harm.kill(List.of(part)));
            assertThat(Checker.check(with(twice, other)).problems())
                    .singleElement()
                    .asString()
                    .contains("in flight at no fault");
        }
        var broker = fault("ingest and kafka-1: kill -9", 60, 61, 70, Harm.kill(List.of("ingest", "kafka-1")));
        assertThat(Checker.check(with(twice, broker)).isGood()).isTrue();
    }

    @Test
    void ofFaultsThatOverlapTheLastOneThatExplainsACopyIsToBlame() {
        var recorded = new End("ID1", TO, Outcome.Type.DELIVERED, at(80));
        var twice = evidence(ACCEPTED, List.of(arrival(61), arrival(75)), List.of(recorded));
        var overlapping = with(
                twice,
                fault("kafka-1: kill -9", 60, 61, 70, Harm.kill(List.of("kafka-1"))),
                fault("delivery: kill -9", 62, 63, 72, Harm.kill(List.of("delivery"))),
                fault("auth: kill -9", 64, 65, 73, Harm.kill(List.of("auth"))),
                fault("delivery: kill -9", 74, 74, 79, Harm.kill(List.of("delivery"))));

        assertThat(Checker.check(overlapping).isGood()).isTrue();
        assertThat(Checker.check(overlapping).duplicates()).containsOnlyKeys(1);
        assertThat(Checker.certainShare(overlapping.faults())).isLessThan(0.1);
        assertThat(Checker.certainShare(List.of(KILL))).isGreaterThan(0.85);
    }

    @Test
    void aPromisedChangeThatIsNotPublishedIsAProblem() {
        var good = new Evidence(
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Set.of(),
                List.of(),
                Set.of("s1"),
                Set.of("s1", "s2"),
                List.of(),
                List.of());

        assertThat(Checker.check(good).isGood()).isTrue();
        assertThat(Checker.check(good.withPublished(Set.of("s2"))).problems())
                .singleElement()
                .asString()
                .contains("'s1'", "not published");
    }

    @Test
    void mailThatDoesNotFlowAgainIsAProblem() {
        var later = new Submission(2, List.of("m2@d2.faults.test"), Answer.REFUSED, at(200), "", "451");
        var silent = evidence(ACCEPTED, List.of(arrival(1)), List.of(DELIVERED));

        assertThat(Checker.check(silent.withSubmissions(List.of(ACCEPTED, later)))
                        .problems())
                .singleElement()
                .asString()
                .contains("did not flow", KILL.name());
    }

    @Test
    void theTimeOfOtherFaultsDoesNotCountUntilMailFlows() {
        var later = new Submission(2, List.of("m2@d2.faults.test"), Answer.REFUSED, at(200), "", "451");
        var silent =
                evidence(ACCEPTED, List.of(arrival(1)), List.of(DELIVERED)).withSubmissions(List.of(ACCEPTED, later));
        var second = fault("auth: kill -9", 80, 81, 160, Harm.kill(List.of("auth")));

        assertThat(Checker.check(with(silent, KILL, second)).problems()).isEmpty();
    }

    @Test
    void aHostThatKeptMailWithoutAReplyAskedForTheCopy() {
        var kept = new Arrival(TO, at(1), false, true);

        var verdict = Checker.check(evidence(ACCEPTED, List.of(kept, arrival(3)), List.of(DELIVERED)));

        assertThat(verdict.isGood()).isTrue();
        assertThat(verdict.allDuplicates()).isZero();
    }

    @Test
    void aSecondReportIsACopyToo() {
        var bounced = evidence(ACCEPTED, List.of(), List.of(new End("ID1", TO, Outcome.Type.BOUNCED, at(2))));

        assertThat(Checker.check(bounced.withNotices(List.of(new Notice(TO, at(3), true), new Notice(TO, at(4), true))))
                        .problems())
                .singleElement()
                .asString()
                .contains("report came at");
    }

    @Test
    void mailWithoutItsEndIsAProblem() {
        assertThat(Checker.check(evidence(ACCEPTED, List.of(new Arrival(TO, at(1), true, false)), List.of(DELIVERED)))
                        .problems())
                .singleElement()
                .asString()
                .contains("without its last line");
    }

    @Test
    void mailForAStrangerIsAProblem() {
        var stranger = new Arrival("x@d1.faults.test", at(1), true, true);

        assertThat(Checker.check(evidence(ACCEPTED, List.of(arrival(1), stranger), List.of(DELIVERED)))
                        .problems())
                .singleElement()
                .asString()
                .contains("nobody has written");
    }

    @Test
    void poisonAndNothingElseBecomesADeadLetter() {
        var good = new Evidence(
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Set.of("a"),
                List.of("a"),
                Set.of(),
                Set.of(),
                List.of(),
                List.of());

        assertThat(Checker.check(good).isGood()).isTrue();
        assertThat(Checker.check(good.withDeadLetters(List.of())).problems())
                .singleElement()
                .asString()
                .contains("is no dead letter");
        assertThat(Checker.check(good.withDeadLetters(List.of("a", "mail"))).problems())
                .singleElement()
                .asString()
                .contains("was no poison");
    }

    @ParameterizedTest
    @EnumSource(names = {"DELIVERED", "BOUNCED"})
    void eachMutationOfGoodEvidenceIsFound(Outcome.Type type) {
        var end = new End("ID1", TO, type, at(62));
        var good = type == Outcome.Type.DELIVERED
                ? evidence(submission(Answer.ACCEPTED, "ID1", 61), List.of(arrival(61)), List.of(end))
                : evidence(submission(Answer.ACCEPTED, "ID1", 61), List.of(), List.of(end))
                        .withNotices(List.of(new Notice(TO, at(63), true)));

        assertThat(Checker.check(good).isGood()).isTrue();
        assertThat(Mutations.tried(good))
                .hasSize(type == Outcome.Type.DELIVERED ? 5 : 1)
                .doesNotContainValue(false);
    }

    private static Instant at(int second) {
        return NOON.plusSeconds(second);
    }

    private static Arrival arrival(int second) {
        return new Arrival(TO, at(second), true, true);
    }

    private static Submission submission(Answer answer, String id) {
        return submission(answer, id, 0);
    }

    private static Submission submission(Answer answer, String id, int second) {
        return new Submission(1, List.of(TO), answer, at(second), id, answer == Answer.ACCEPTED ? "250 ok" : "451 no");
    }

    private static Fault fault(String name, int begin, int struck, int end, Harm harm) {
        return new Fault(name, at(begin), at(struck), at(end), harm, 3);
    }

    private static Evidence evidence(Submission submission, List<Arrival> arrivals, List<End> ends) {
        return with(
                new Evidence(
                        List.of(submission),
                        arrivals,
                        List.of(),
                        ends,
                        List.of(),
                        Set.of(),
                        List.of(),
                        Set.of(),
                        Set.of(),
                        List.of(),
                        List.of()),
                KILL);
    }

    private static Evidence with(Evidence evidence, Fault... faults) {
        return new Evidence(
                evidence.submissions(),
                evidence.arrivals(),
                evidence.notices(),
                evidence.ends(),
                List.of(faults),
                evidence.poison(),
                evidence.deadLetters(),
                evidence.promised(),
                evidence.published(),
                evidence.moments(),
                evidence.collapses());
    }
}
