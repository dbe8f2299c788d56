package io.milena.delivery.outcome;

import io.milena.delivery.remote.Cause;
import io.milena.delivery.remote.ConnectionSecurity;
import io.milena.delivery.remote.RecipientResult;
import io.milena.delivery.remote.RemoteHost;
import io.milena.smtp.Excerpt;
import io.milena.smtp.Reply;
import io.milena.topics.Envelope;
import io.milena.topics.Failure;
import io.milena.topics.FailureRecords;
import io.milena.topics.MailRecord;
import io.milena.topics.Outcome;
import io.milena.topics.Recipient;
import io.milena.topics.Retrying;
import io.milena.topics.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Turns the results of an attempt into records: an outcome for each recipient, a deferral for those to be retried, and
 * the failures and reports for their sender. Immutable.
 */
public final class Settler {
    private final RetrySchedule schedule;
    private final SenderNotices notices;
    private final Clock clock;
    private final DeliveryLog log;

    public Settler(RetrySchedule schedule, SenderNotices notices, Clock clock, DeliveryLog log) {
        this.schedule = schedule;
        this.notices = notices;
        this.clock = clock;
        this.log = log;
    }

    /** After an attempt. */
    public List<ProducerRecord<byte[], byte[]>> attempted(MailRecord mail, List<RecipientResult> results) {
        return attempted(mail, Optional.empty(), results);
    }

    /** After an attempt from this source, if it has a name, at hosts that let us in. */
    public List<ProducerRecord<byte[], byte[]>> letIn(
            MailRecord mail, Optional<String> source, List<RecipientResult> results) {
        return attempted(asScout(mail, false), source, results);
    }

    /** After an attempt from this source, if it has a name. */
    public List<ProducerRecord<byte[], byte[]>> attempted(
            MailRecord mail, Optional<String> source, List<RecipientResult> results) {
        var now = clock.instant();
        return settle(mail, source, results, schedule.afterAttempt(mail.envelope(), now), true, now);
    }

    /** Without an attempt: the destination cannot take it for {@code wait}. */
    public List<ProducerRecord<byte[], byte[]>> notTried(MailRecord mail, Cause why, Duration wait) {
        return notTried(mail, why, wait, SpreadSlot.ALONE);
    }

    /** Without an attempt, for one of several messages that are deferred together. */
    public List<ProducerRecord<byte[], byte[]>> notTried(MailRecord mail, Cause why, Duration wait, SpreadSlot slot) {
        var now = clock.instant();
        var retry = schedule.forWait(mail.envelope(), now, wait, slot);
        return settle(mail, Optional.empty(), same(mail, why), retry, false, now);
    }

    /** Without an attempt: its site rests, and it comes back as a scout when the rest is over. */
    public List<ProducerRecord<byte[], byte[]>> scout(MailRecord mail, Cause why, Duration wait, SpreadSlot slot) {
        return notTried(asScout(mail, true), why, wait, slot);
    }

    /** Without an attempt: its site rests, and scouts show when that lets mail in. Until then its sender may be told. */
    public List<ProducerRecord<byte[], byte[]>> onHold(MailRecord mail, Cause why, SpreadSlot slot) {
        var now = clock.instant();
        var envelope = mail.envelope();
        var retry = notices.untilDelayReport(envelope, now)
                .filter(wait -> wait.compareTo(Topics.HOLD) < 0)
                .flatMap(wait -> schedule.forWait(envelope, now, wait, slot))
                .or(() -> schedule.forHold(envelope, now, Topics.HOLD));
        return settle(asScout(mail, false), Optional.empty(), same(mail, why), retry, false, now);
    }

    private static MailRecord asScout(MailRecord mail, boolean is) {
        return new MailRecord(mail.envelope().withScout(is), mail.content());
    }

    /** Without an attempt: an order holds it. */
    public List<ProducerRecord<byte[], byte[]>> held(MailRecord mail, Cause why, Duration howLong) {
        var now = clock.instant();
        var retry = schedule.forHold(mail.envelope(), now, howLong);
        return settle(mail, Optional.empty(), same(mail, why), retry, false, now);
    }

    /** Without an attempt: other mail is before it, and its turn comes after that. */
    public List<ProducerRecord<byte[], byte[]>> setAside(MailRecord mail, Cause why, Duration turn) {
        var now = clock.instant();
        return settle(
                mail, Optional.empty(), same(mail, why), schedule.forTurn(mail.envelope(), now, turn), false, now);
    }

    /**
     * It came before its time, by its sender's wish (RFC 4865) or on its way to a retry: it waits in a tier, and no
     * outcome is written.
     */
    public List<ProducerRecord<byte[], byte[]>> early(MailRecord mail, Instant from) {
        var retry = schedule.towards(from, clock.instant());
        return List.of(waiting(mail.envelope(), mail.content(), retry, false));
    }

    private static ProducerRecord<byte[], byte[]> waiting(
            Envelope envelope, byte[] content, ScheduledRetry retry, boolean tried) {
        var deferred = envelope.deferredUntil(retry.due(), retry.at(), tried);
        return new MailRecord(deferred, content)
                .to(
                        Topics.deferred(retry.tier()),
                        envelope.recipients().getFirst().domain());
    }

    /** Every recipient is on its account's suppression list. */
    public List<ProducerRecord<byte[], byte[]>> dropped(MailRecord mail) {
        return settle(
                mail, Optional.empty(), same(mail, new Cause.Suppressed()), Optional.empty(), false, clock.instant());
    }

    /** Its queue lifetime, or its sender's deadline, is over: it is not tried any more. */
    public List<ProducerRecord<byte[], byte[]>> expired(MailRecord mail) {
        var cause = new Cause.NotTried("it waited for delivery until its time was over");
        return settle(mail, Optional.empty(), same(mail, cause), Optional.empty(), false, clock.instant());
    }

    /** An order returns it to its sender. */
    public List<ProducerRecord<byte[], byte[]>> bounced(MailRecord mail, Cause why) {
        return settle(mail, Optional.empty(), same(mail, why), Optional.empty(), false, clock.instant());
    }

    /** An order ends it: only outcomes tell of that. */
    public List<ProducerRecord<byte[], byte[]>> cancelled(MailRecord mail, Cause why) {
        var now = clock.instant();
        var envelope = mail.envelope();
        return records(envelope.recipients().stream()
                .map(recipient -> Outcome.of(
                                Outcome.Type.CANCELLED,
                                envelope,
                                recipient,
                                now,
                                envelope.retrying().attempts(),
                                why.status())
                        .saying(said(why.explanation())))
                .toList());
    }

    /** The results for the recipients after an exception in our own code: deferred. */
    public List<RecipientResult> internalError(MailRecord mail, Throwable bug) {
        return same(
                mail,
                new Cause.Broken(
                        Optional.empty(),
                        "4.3.0",
                        "internal error: " + bug.getClass().getSimpleName()));
    }

    /** Tells reasons to wait from each other, in a few characters. */
    private static String mark(List<RecipientResult> results) {
        var causes =
                results.stream().flatMap(result -> result.failure().stream()).toList();
        var reasons = causes.stream()
                .map(cause -> cause.status() + " " + cause.explanation())
                .distinct()
                .map(why -> Integer.toHexString(why.hashCode()))
                .collect(Collectors.joining());
        return causes.stream().anyMatch(Cause.NoSource.class::isInstance) ? Retrying.forSource(reasons) : reasons;
    }

    private static List<RecipientResult> same(MailRecord mail, Cause cause) {
        return RecipientResult.notDelivered(mail.envelope().recipients(), cause);
    }

    private List<ProducerRecord<byte[], byte[]>> settle(
            MailRecord mail,
            Optional<String> source,
            List<RecipientResult> results,
            Optional<ScheduledRetry> retry,
            boolean tried,
            Instant now) {
        var envelope = mail.envelope();
        var mark = tried ? Optional.<String>empty() : Optional.of(mark(results));
        // Mail that still waits for the same reason has told so.
        boolean isKnown = mark.isPresent() && mark.equals(envelope.retrying().waitTold()) && retry.isPresent();
        var outcomes = new ArrayList<Outcome>();
        var deferred = new ArrayList<Recipient>();
        var told = new FailureRecords(mail);
        int attempt = envelope.retrying().attempts() + (tried ? 1 : 0);
        boolean delayIsDue = notices.delayIsDue(envelope, now);
        for (var result : results) {
            Outcome outcome =
                    switch (result) {
                        case RecipientResult.Delivered delivered -> {
                            var taken = delivered(envelope, source, delivered, attempt, now);
                            notices.relayed(envelope, delivered, now)
                                    .ifPresent(explanation ->
                                            told.add(delivered.recipient(), relayed(taken, explanation)));
                            yield taken;
                        }
                        case RecipientResult.Discarded discarded -> discarded(envelope, discarded, attempt, now);
                        case RecipientResult.NotDelivered(var recipient, var cause) -> {
                            var type = type(cause, retry);
                            var undelivered =
                                    notDelivered(envelope, source, recipient, cause, type, attempt, retry, now);
                            boolean waits = type == Outcome.Type.DEFERRED;
                            if (waits) {
                                deferred.add(recipient);
                            }
                            // RFC 3461 §4.1: DELAY, which is also the default. RFC 5321 §4.5.5: no report is ever made
                            // about a report.
                            if (!envelope.hasNullReversePath() && (!waits || delayIsDue && recipient.wants("DELAY"))) {
                                told.add(
                                        recipient,
                                        failure(
                                                undelivered,
                                                waits
                                                        ? notices.delayStatus(envelope, undelivered.status())
                                                        : undelivered.status(),
                                                cause));
                            }
                            yield undelivered;
                        }
                    };
            if (!isKnown || outcome.type() != Outcome.Type.DEFERRED) {
                outcomes.add(outcome);
            }
        }
        var records = records(outcomes);
        if (!deferred.isEmpty()) {
            var waiting = envelope.withRecipients(deferred).withWaitTold(mark);
            records.add(waiting(
                    delayIsDue ? waiting.withDelayReported() : waiting, mail.content(), retry.orElseThrow(), tried));
        }
        records.addAll(told.records());
        return records;
    }

    /** The records of one attempt; also logs its outcomes. */
    private List<ProducerRecord<byte[], byte[]>> records(List<Outcome> outcomes) {
        log.outcomes(outcomes);
        return outcomes.stream().map(Outcome::record).collect(Collectors.toCollection(ArrayList::new));
    }

    /** Shortens a text that may quote strangers, such as a certificate or a domain's policy. */
    private static String said(String text) {
        return Excerpt.of(text, Reply.SHORT);
    }

    private static Outcome.Type type(Cause cause, Optional<ScheduledRetry> retry) {
        if (cause instanceof Cause.Suppressed) {
            return Outcome.Type.DROPPED;
        }
        if (cause.permanent()) {
            return Outcome.Type.BOUNCED;
        }
        return retry.isPresent() ? Outcome.Type.DEFERRED : Outcome.Type.EXPIRED;
    }

    private static Outcome delivered(
            Envelope envelope, Optional<String> source, RecipientResult.Delivered delivered, int attempt, Instant now) {
        var reply = delivered.reply();
        var status = reply.status().map(Object::toString).orElse("2.0.0");
        return Outcome.of(Outcome.Type.DELIVERED, envelope, delivered.recipient(), now, attempt, status)
                .saying(reply.quoted())
                .over(connection(Optional.of(delivered.remote()), Optional.of(delivered.security()), source));
    }

    private static Outcome discarded(Envelope envelope, RecipientResult.Discarded discarded, int attempt, Instant now) {
        return Outcome.of(Outcome.Type.DELIVERED, envelope, discarded.recipient(), now, attempt, "2.0.0")
                .saying("discarded by the route " + discarded.route());
    }

    private static Outcome notDelivered(
            Envelope envelope,
            Optional<String> source,
            Recipient recipient,
            Cause cause,
            Outcome.Type type,
            int attempt,
            Optional<ScheduledRetry> retry,
            Instant now) {
        // RFC 3463 §3.5: 5.4.7 is "delivery time expired".
        var status = type == Outcome.Type.EXPIRED ? "5.4.7" : cause.status();
        return Outcome.of(type, envelope, recipient, now, attempt, status)
                .saying(cause.said().map(Reply::quoted).orElseGet(() -> said(cause.explanation())))
                .over(connection(
                        cause.host(),
                        cause.connection(),
                        cause instanceof Cause.Suppressed ? Optional.empty() : source))
                .triedAgain(type == Outcome.Type.DEFERRED ? retry.map(ScheduledRetry::at) : Optional.empty());
    }

    private static Outcome.Connection connection(
            Optional<RemoteHost> host, Optional<ConnectionSecurity> security, Optional<String> source) {
        return new Outcome.Connection(
                host.map(RemoteHost::name),
                host.map(remote -> remote.address().getHostAddress()),
                security.flatMap(ConnectionSecurity::tls),
                security.map(ConnectionSecurity::policy),
                security.flatMap(ConnectionSecurity::failure)
                        .map(failure -> failure.type().toString()),
                source);
    }

    private static Failure.Entry failure(Outcome outcome, String status, Cause cause) {
        return new Failure.Entry(
                outcome.recipient(),
                outcome.type(),
                status,
                cause.said().map(Reply::quoted),
                // The reply says it.
                cause.said().isPresent() ? "" : said(cause.explanation()),
                cause.said().flatMap(reply -> cause.host()).map(host -> host.name()),
                outcome.at());
    }

    private static Failure.Entry relayed(Outcome outcome, String explanation) {
        return new Failure.Entry(
                outcome.recipient(),
                outcome.type(),
                outcome.status(),
                outcome.reply(),
                explanation,
                outcome.connection().remoteMta(),
                outcome.at());
    }
}
