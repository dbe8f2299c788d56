package io.milena.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.faults.Submission.Answer;
import io.milena.topics.Outcome;
import java.time.Duration;
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
    private static final Fault KILL = new Fault("delivery: kill -9", at(60), at(70), 1, 3, Duration.ofSeconds(1));

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

        var verdict = Checker.check(evidence(ACCEPTED, List.of(arrival(59), arrival(71)), List.of(recorded)));

        assertThat(verdict.isGood()).isTrue();
        assertThat(verdict.duplicates()).containsEntry(0, List.of(-1000L));
        assertThat(verdict.inFlight()).containsEntry(0, 1);
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
        var thrice = evidence(ACCEPTED, List.of(arrival(59), arrival(65), arrival(71)), List.of(recorded));

        assertThat(Checker.check(thrice).problems()).hasSize(1);
        var roll = new Fault("rolling restart", at(60), at(70), 2, 3, Duration.ofSeconds(1));
        assertThat(Checker.check(with(thrice, roll)).isGood()).isTrue();
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
                List.of(), List.of(), List.of(), List.of(), List.of(), Set.of("a"), List.of("a"), List.of());

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

    private static Evidence evidence(Submission submission, List<Arrival> arrivals, List<End> ends) {
        return with(
                new Evidence(List.of(submission), arrivals, List.of(), ends, List.of(), Set.of(), List.of(), List.of()),
                KILL);
    }

    private static Evidence with(Evidence evidence, Fault fault) {
        return new Evidence(
                evidence.submissions(),
                evidence.arrivals(),
                evidence.notices(),
                evidence.ends(),
                List.of(fault),
                evidence.poison(),
                evidence.deadLetters(),
                evidence.collapses());
    }
}
