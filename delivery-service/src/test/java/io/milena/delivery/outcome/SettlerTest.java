package io.milena.delivery.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.delivery.Accounts;
import io.milena.delivery.Envelopes;
import io.milena.delivery.remote.Cause;
import io.milena.delivery.remote.ConnectionSecurity;
import io.milena.delivery.remote.RecipientResult;
import io.milena.delivery.remote.RemoteHost;
import io.milena.delivery.remote.TakenOver;
import io.milena.smtp.Reply;
import io.milena.topics.Envelope;
import io.milena.topics.Envelope.DeliverBy;
import io.milena.topics.Envelope.DeliverBy.Mode;
import io.milena.topics.Failure;
import io.milena.topics.Json;
import io.milena.topics.MailRecord;
import io.milena.topics.Outcome;
import io.milena.topics.Recipient;
import io.milena.topics.Topics;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** The results of an attempt besides its outcomes: deferrals, and reports to the sender. */
class SettlerTest {
    private static final Instant START = Instant.parse("2026-11-24T00:00:00Z");
    private static final Duration DELAY = Duration.ofHours(4);
    private static final RemoteHost MX = new RemoteHost("mx.example.com", InetAddress.getLoopbackAddress(), 25);
    private static final Recipient ASKS =
            new Recipient("asks@example.com", Optional.empty(), Set.of("SUCCESS", "FAILURE"));
    private static final Recipient NEVER = new Recipient("never@example.com", Optional.empty(), Set.of("NEVER"));
    private static final Recipient SILENT = Recipient.of("silent@example.com");

    @Test
    void whoAsksForSuccessIsToldWhereReportsEnd() {
        var mail = mail(Envelopes.of(START, 0, ASKS, SILENT));

        var records = after(Duration.ofSeconds(2), mail, taken(ASKS, false), taken(SILENT, false));

        assertThat(reported(records)).singleElement().satisfies(entry -> {
            assertThat(entry.recipient()).isEqualTo("asks@example.com");
            assertThat(entry.type()).isEqualTo(Outcome.Type.DELIVERED);
            assertThat(entry.status()).isEqualTo("2.6.0");
            assertThat(entry.reply()).contains("250 2.6.0 taken");
            assertThat(entry.remoteMta()).contains("mx.example.com");
        });
        assertThat(on(Topics.OUTCOMES, records)).hasSize(2);
    }

    @Test
    void mailThatAnOrderHoldsIsCopiedSeldomAndTellsItsStateOnce() {
        var day = Duration.ofDays(1);
        var mail = mail(Envelopes.of(START, 0, SILENT));
        var time = Duration.ZERO;
        int copies = 1;
        int outcomes = 0;
        while (time.compareTo(day) < 0) {
            var records = held(mail, time, "suspended: they asked us to", Duration.ofDays(30));
            outcomes += on(Topics.OUTCOMES, records).size();
            var tier = on(Topics.deferred(Topics.HOLD), records).getFirst();
            mail = MailRecord.from(read(tier));
            time = Duration.between(START, mail.envelope().retrying().dueAt().orElseThrow());
            // To its tier and back.
            copies += 2;
        }
        assertThat(copies).isLessThanOrEqualTo(4);
        assertThat(outcomes).isEqualTo(1);

        // Another reason is another state, and so is an attempt.
        assertThat(on(Topics.OUTCOMES, held(mail, time, "suspended: closed", day)))
                .hasSize(1);
        assertThat(on(Topics.OUTCOMES, held(mail, time, "suspended: they asked us to", day)))
                .isEmpty();
        var tried = MailRecord.from(read(on(Topics.deferred(Duration.ofMinutes(1)), after(time, mail, busy(SILENT)))
                .getFirst()));
        assertThat(on(Topics.OUTCOMES, held(tried, time, "suspended: they asked us to", day)))
                .hasSize(1);
    }

    @Test
    void mailThatAnOrderHoldsComesBackBeforeItsTimeIsOver() {
        var mail = mail(Envelopes.of(START, 0, SILENT));
        var end = mail.envelope().triedUntil();
        var time = Duration.between(START, end).minusHours(5);
        var records = held(mail, time, "suspended", Duration.ofDays(30));
        var back = MailRecord.from(
                read(on(Topics.deferred(Duration.ofHours(4)), records).getFirst()));
        assertThat(back.envelope().retrying().dueAt().orElseThrow()).isBefore(end);
        assertThat(Json.read(on(Topics.OUTCOMES, records).getFirst().value(), Outcome.class)
                        .type())
                .isEqualTo(Outcome.Type.DEFERRED);
    }

    @Test
    void mailOnHoldComesBackToReportItsDelayAndThenForAnotherDay() {
        var why = new Cause.NotTried("connection refused");
        var mail = new MailRecord(Envelopes.of(START, 0, SILENT).withScout(true), new byte[0]);
        var first = settler(Duration.ofMinutes(1)).onHold(mail, why, SpreadSlot.ALONE);
        var waiting = MailRecord.from(
                read(on(Topics.deferred(Duration.ofHours(4)), first).getFirst()));
        var due = waiting.envelope().retrying().dueAt().orElseThrow();
        assertThat(due).isAfterOrEqualTo(START.plus(DELAY));
        assertThat(waiting.envelope().retrying().scout()).isFalse();

        var second = settler(Duration.between(START, due)).onHold(waiting, why, SpreadSlot.ALONE);
        assertThat(reported(second)).hasSize(1);
        assertThat(on(Topics.OUTCOMES, second)).isEmpty();
        var held = MailRecord.from(read(on(Topics.deferred(Topics.HOLD), second).getFirst()));
        assertThat(held.envelope().retrying().delayReported()).isTrue();

        // Mail whose sender wants no report does not come back for one.
        var never = settler(Duration.ofMinutes(1)).onHold(mail(Envelopes.of(START, 0, NEVER)), why, SpreadSlot.ALONE);
        assertThat(on(Topics.deferred(Topics.HOLD), never)).hasSize(1);
    }

    @Test
    void mailOnHoldComesBackBeforeItsTimeIsOver() {
        var mail = mail(Envelopes.of(START, 0, NEVER));
        var time = Duration.ofHours(72 - 5);
        var records = settler(time).onHold(mail, new Cause.NotTried("down"), SpreadSlot.ALONE);
        var back = MailRecord.from(
                read(on(Topics.deferred(Duration.ofHours(4)), records).getFirst()));
        assertThat(back.envelope().retrying().dueAt().orElseThrow())
                .isBefore(mail.envelope().triedUntil());
    }

    @Test
    void mailThatNoSourceMaySendSaysSoUntilItWaitsForSomethingElse() {
        var day = Duration.ofDays(1);
        var records = settler(Duration.ZERO)
                .held(mail(Envelopes.of(START, 0, SILENT)), new Cause.NoSource("pool:p may not send"), day);
        var waiting =
                MailRecord.from(read(on(Topics.deferred(Topics.HOLD), records).getFirst()));
        assertThat(waiting.envelope().retrying().waitsForSource()).isTrue();

        var held = held(waiting, Duration.ofHours(1), "suspended", day);
        assertThat(MailRecord.from(read(on(Topics.deferred(Topics.HOLD), held).getFirst()))
                        .envelope()
                        .retrying()
                        .waitsForSource())
                .isFalse();
    }

    @Test
    void aScoutIsOneUntilItIsLetIn() {
        var scout = MailRecord.from(read(on(
                        Topics.deferred(Duration.ofMinutes(1)),
                        settler(Duration.ZERO)
                                .scout(
                                        mail(Envelopes.of(START, 0, SILENT)),
                                        new Cause.NotTried("down"),
                                        Duration.ofSeconds(30),
                                        SpreadSlot.ALONE))
                .getFirst()));
        assertThat(scout.envelope().retrying().scout()).isTrue();

        var minute = Topics.deferred(Duration.ofMinutes(1));
        var shut = settler(Duration.ZERO).attempted(scout, List.of(busy(SILENT)));
        assertThat(MailRecord.from(read(on(minute, shut).getFirst()))
                        .envelope()
                        .retrying()
                        .scout())
                .isTrue();
        var letIn = settler(Duration.ZERO).letIn(scout, Optional.empty(), List.of(busy(SILENT)));
        assertThat(MailRecord.from(read(on(minute, letIn).getFirst()))
                        .envelope()
                        .retrying()
                        .scout())
                .isFalse();
    }

    private static List<ProducerRecord<byte[], byte[]>> held(
            MailRecord mail, Duration time, String why, Duration howLong) {
        return settler(time).held(mail, new Cause.Ordered("4.3.2", why), howLong);
    }

    @Test
    void theSourceOfAnAttemptIsTold() {
        var suppressed = new RecipientResult.NotDelivered(NEVER, new Cause.Suppressed());
        var records = settler(Duration.ofSeconds(2), new SenderNotices(DELAY))
                .attempted(
                        mail(Envelopes.of(START, 0, ASKS, SILENT, NEVER)),
                        Optional.of("a1"),
                        List.of(taken(ASKS, true), busy(SILENT), suppressed));

        assertThat(on(Topics.OUTCOMES, records).stream()
                        .map(record -> Json.read(record.value(), Outcome.class)
                                .connection()
                                .source()))
                .containsExactly(Optional.of("a1"), Optional.of("a1"), Optional.empty());
    }

    @Test
    void aHostThatReportsItselfIsLeftToIt() {
        var mail = mail(Envelopes.of(START, 0, ASKS));

        assertThat(reported(after(Duration.ofSeconds(2), mail, taken(ASKS, true))))
                .isEmpty();
    }

    @Test
    void aDelayIsToldOnceToWhoeverWantsToKnow() {
        var mail = mail(Envelopes.of(START, 4, ASKS, SILENT));

        var early = after(DELAY.minusSeconds(1), mail, busy(ASKS), busy(SILENT));
        assertThat(reported(early)).isEmpty();
        assertThat(waiting(early).retrying().delayReported()).isFalse();

        var late = after(DELAY, mail, busy(ASKS), busy(SILENT));
        assertThat(reported(late)).singleElement().satisfies(entry -> {
            assertThat(entry.recipient()).isEqualTo("silent@example.com");
            assertThat(entry.type()).isEqualTo(Outcome.Type.DEFERRED);
            assertThat(entry.status()).startsWith("4.");
        });
        var waiting = waiting(late);
        assertThat(waiting.retrying().delayReported()).isTrue();
        assertThat(waiting.recipients()).containsExactly(ASKS, SILENT);

        assertThat(reported(after(DELAY.plusHours(4), mail(waiting), busy(ASKS), busy(SILENT))))
                .isEmpty();
    }

    @Test
    void theTimeForWhichMailWasScheduledIsNoDelay() {
        var release = START.plus(Duration.ofHours(24));
        var mail = mail(Envelopes.of(START, 0, Optional.of(release), SILENT));

        assertThat(reported(after(Duration.ofHours(25), mail, busy(SILENT)))).isEmpty();
        assertThat(reported(after(Duration.ofHours(28), mail, busy(SILENT)))).hasSize(1);
    }

    @Test
    void mailWithoutASenderIsNeverReported() {
        var mail = mail(Envelopes.of(START, 0, "", Optional.empty(), Optional.empty(), ASKS, SILENT));

        assertThat(reported(after(Duration.ofHours(5), mail, taken(ASKS, false), busy(SILENT))))
                .isEmpty();
    }

    /** RFC 2852 §4.1.4.2. */
    @Test
    void aHostThatDoesNotKnowTheDeadlineIsNamedToTheSender() {
        var mail = mail(Envelopes.of(START, 0, by(60, Mode.NOTIFY, false), SILENT, NEVER));

        assertThat(reported(after(Duration.ZERO, mail, taken(SILENT, true), taken(NEVER, true))))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.recipient()).isEqualTo("silent@example.com");
                    assertThat(entry.explanation()).contains("does not know by when");
                });
        assertThat(reported(after(Duration.ZERO, mail, taken(SILENT, new TakenOver(true, true)))))
                .isEmpty();
    }

    /** RFC 3461 §5.2.2: no report was asked for. */
    @Test
    void onceTheDeadlineIsOverSuchAHostIsNoNewsButForATrace() {
        var mail = mail(Envelopes.of(START, 0, by(60, Mode.NOTIFY, false), SILENT));
        assertThat(reported(after(Duration.ofSeconds(60), mail, taken(SILENT, true))))
                .isEmpty();

        var traced = mail(Envelopes.of(START, 0, by(60, Mode.NOTIFY, true), SILENT));
        assertThat(reported(after(Duration.ofSeconds(60), traced, taken(SILENT, true))))
                .singleElement()
                .satisfies(entry -> assertThat(entry.explanation()).contains("was passed on to mx.example.com"));
    }

    @Test
    void aTraceIsToldOfEveryHost() {
        for (var mode : Mode.values()) {
            var mail = mail(Envelopes.of(START, 0, by(60, mode, true), SILENT, NEVER));
            var knows = new TakenOver(true, true);

            assertThat(reported(after(Duration.ZERO, mail, taken(SILENT, knows), taken(NEVER, knows))))
                    .extracting(Failure.Entry::recipient)
                    .containsExactly("silent@example.com");
        }
    }

    @Test
    void aDeadlineTakesThePlaceOfTheUsualTimeOfADelay() {
        var soon = mail(Envelopes.of(START, 2, by(600, Mode.NOTIFY, false), SILENT));
        assertThat(reported(after(Duration.ofSeconds(599), soon, busy(SILENT)))).isEmpty();
        assertThat(reported(after(Duration.ofSeconds(600), soon, busy(SILENT))))
                .singleElement()
                .satisfies(entry -> assertThat(entry.status()).isEqualTo("4.4.7"));

        var late = mail(Envelopes.of(START, 9, by(24 * 3600, Mode.NOTIFY, false), SILENT));
        assertThat(reported(after(Duration.ofHours(23), late, busy(SILENT)))).isEmpty();
        assertThat(reported(after(Duration.ofHours(24), late, busy(SILENT)))).hasSize(1);
    }

    @Test
    void aDeadlineThatWasOverBeforeTheMailCameIsNotToldAgain() {
        var mail = mail(Envelopes.of(START, 0, by(-1, Mode.NOTIFY, false), SILENT));

        assertThat(reported(after(Duration.ofSeconds(1), mail, busy(SILENT)))).isEmpty();
        assertThat(reported(after(DELAY, mail, busy(SILENT)))).hasSize(1);
    }

    @Test
    void whatIsToComeBackAtItsDeadlineComesBackWhenNoOtherAttemptFitsBeforeIt() {
        var mail = mail(Envelopes.of(START, 0, by(90, Mode.RETURN, false), SILENT));

        assertThat(waiting(after(Duration.ZERO, mail, busy(SILENT))).retrying().dueAt())
                .contains(START.plusSeconds(60));
        var over = after(Duration.ofSeconds(61), mail, busy(SILENT));
        assertThat(on("mail.deferred.", over)).isEmpty();
        assertThat(reported(over)).singleElement().satisfies(entry -> {
            assertThat(entry.type()).isEqualTo(Outcome.Type.EXPIRED);
            assertThat(entry.status()).isEqualTo("5.4.7");
        });
    }

    @Test
    void aDelayOfItsAccountThatIsNoTierIsToldOnceAndWhatLeadsThereIsNot() {
        var mail = mail(Envelopes.of(START, 0, SILENT));
        var records = settler(Duration.ZERO, Duration.ofSeconds(150)).attempted(mail, List.of(busy(SILENT)));

        var retry = START.plusSeconds(150);
        assertThat(on(Topics.OUTCOMES, records))
                .singleElement()
                .satisfies(record -> assertThat(
                                Json.read(record.value(), Outcome.class).retryAt())
                        .contains(retry));
        assertThat(on(Topics.deferred(Duration.ofMinutes(1)), records)).hasSize(1);
        var first = waiting(records);
        assertThat(first.retrying().attempts()).isEqualTo(1);
        assertThat(first.retrying().dueAt()).contains(START.plusSeconds(60));
        assertThat(first.triedFrom()).contains(retry);

        var onTheWay = settler(Duration.ofSeconds(61)).early(mail(first), retry);
        assertThat(onTheWay).hasSize(1);
        var second = waiting(onTheWay);
        assertThat(second.retrying().attempts()).isEqualTo(1);
        assertThat(second.retrying().dueAt()).contains(START.plusSeconds(121));
        assertThat(second.triedFrom()).contains(retry);

        var last = waiting(settler(Duration.ofSeconds(121)).early(mail(second), retry));
        assertThat(last.retrying().dueAt()).contains(retry);
        // On the last of the way nothing holds it up, whatever the next clock says.
        assertThat(last.triedFrom()).isEmpty();
    }

    @Test
    void scheduledMailIsNotTriedBeforeItsReleaseHoweverManyTiersThatTakes() {
        var release = START.plus(Duration.ofMinutes(2));
        var mail = mail(Envelopes.of(START, 0, Optional.of(release), SILENT));

        var first = settler(Duration.ZERO).early(mail, release);
        assertThat(first).hasSize(1);
        assertThat(waiting(first).retrying().dueAt()).contains(START.plusSeconds(60));
        assertThat(waiting(first).triedFrom()).contains(release);
        var last = waiting(settler(Duration.ofSeconds(70)).early(mail(waiting(first)), release));
        assertThat(last.retrying().dueAt()).contains(release);
        assertThat(last.retrying().attempts()).isZero();
    }

    @Test
    void whatWasNotTriedIsToldWhenItsPlaceIsDue() {
        var mail = mail(Envelopes.of(START, 0, SILENT));
        var records = settler(Duration.ZERO)
                .notTried(mail, new Cause.NotTried("it rests"), Duration.ofSeconds(30), new SpreadSlot(1, 6));

        assertThat(waiting(records).retrying().dueAt()).contains(START.plusSeconds(56));
        assertThat(waiting(records).retrying().attempts()).isZero();
        assertThat(Json.read(on(Topics.OUTCOMES, records).getFirst().value(), Outcome.class)
                        .retryAt())
                .contains(START.plusSeconds(56));
    }

    private static DeliverBy by(int seconds, Mode mode, boolean trace) {
        return new DeliverBy(START.plusSeconds(seconds), mode, trace);
    }

    @Test
    void noDelayIsEverToldWhereItIsTurnedOff() {
        var settler = settler(Duration.ofHours(50), new SenderNotices(Duration.ZERO));

        assertThat(reported(settler.attempted(mail(Envelopes.of(START, 9, SILENT)), List.of(busy(SILENT)))))
                .isEmpty();
    }

    private static List<ProducerRecord<byte[], byte[]>> after(
            Duration time, MailRecord mail, RecipientResult... results) {
        return settler(time, new SenderNotices(DELAY)).attempted(mail, List.of(results));
    }

    private static Settler settler(Duration time, SenderNotices reports) {
        return settler(time, reports, new Duration[0]);
    }

    private static Settler settler(Duration time, Duration... ofAccount) {
        return settler(time, new SenderNotices(DELAY), ofAccount);
    }

    private static Settler settler(Duration time, SenderNotices reports, Duration... ofAccount) {
        var delays = List.of(Duration.ofMinutes(1), Duration.ofHours(4));
        return new Settler(
                new RetrySchedule(delays, Accounts.with(ofAccount), () -> 1),
                reports,
                Clock.fixed(START.plus(time), ZoneOffset.UTC),
                new DeliveryLog(new SimpleMeterRegistry()));
    }

    private static MailRecord mail(Envelope envelope) {
        return new MailRecord(envelope, new byte[0]);
    }

    private static RecipientResult taken(Recipient recipient, boolean reports) {
        return taken(recipient, new TakenOver(reports, false));
    }

    private static RecipientResult taken(Recipient recipient, TakenOver takenOver) {
        return new RecipientResult.Delivered(recipient, MX, Reply.of(250, "2.6.0", "taken"), IN_CLEAR, takenOver);
    }

    private static final ConnectionSecurity IN_CLEAR =
            new ConnectionSecurity(Optional.empty(), "opportunistic", Optional.empty());

    private static RecipientResult busy(Recipient recipient) {
        return new RecipientResult.NotDelivered(
                recipient, new Cause.Replied(MX, "RCPT", Reply.of(450, "4.2.1", "busy"), IN_CLEAR));
    }

    private static List<ProducerRecord<byte[], byte[]>> on(String topic, List<ProducerRecord<byte[], byte[]>> records) {
        return records.stream()
                .filter(record -> record.topic().startsWith(topic))
                .toList();
    }

    private static List<Failure.Entry> reported(List<ProducerRecord<byte[], byte[]>> records) {
        return on(Topics.FAILED, records).stream()
                .flatMap(record -> MailRecord.failureOf(read(record)).entries().stream())
                .toList();
    }

    private static Envelope waiting(List<ProducerRecord<byte[], byte[]>> records) {
        return MailRecord.from(read(on("mail.deferred.", records).getFirst())).envelope();
    }

    private static ConsumerRecord<byte[], byte[]> read(ProducerRecord<byte[], byte[]> written) {
        var record = new ConsumerRecord<>(written.topic(), 0, 0L, written.key(), written.value());
        written.headers().forEach(header -> record.headers().add(header));
        return record;
    }
}
