package io.milena.topics.kafka;

import io.milena.topics.DeadLetter;
import io.milena.topics.Envelope;
import io.milena.topics.Failure;
import io.milena.topics.FailureRecords;
import io.milena.topics.MailRecord;
import io.milena.topics.MalformedRecordException;
import io.milena.topics.Outcome;
import io.milena.topics.Recipient;
import io.milena.topics.RecordSize;
import io.milena.topics.Topics;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * Makes records fit their topics before they are sent, so that no record fails a whole transaction. Mail that is too
 * large goes in several records, each for some of the recipients; failed mail is shortened to its header section; a
 * dead letter is cut. A record that still does not fit is put aside as a dead letter, and an outcome says so. Mail that
 * is too large for a dead letter too goes back to its sender. Confined to its loop's thread.
 */
final class Fitting {
    private static final Logger LOG = Logger.getLogger(Fitting.class);
    /** Octets of a header section that a report shows if it must be short. */
    private static final int SHORT_HEADER_SECTION = 16 * 1024;

    private final RecordLimits limits;
    private final LoopHealth health;
    private final Clock clock;
    /** Lines for the log, written after the commit. */
    private final List<String> notes = new ArrayList<>();

    Fitting(RecordLimits limits, LoopHealth health, Clock clock) {
        this.limits = limits;
        this.health = health;
        this.clock = clock;
    }

    /** The records in the form that their topics take. */
    List<ProducerRecord<byte[], byte[]>> fit(Collection<ProducerRecord<byte[], byte[]>> records) {
        notes.clear();
        // Each topic is asked once, however many records are too large for it.
        var askedAgain = new HashSet<String>();
        var fitting = new ArrayList<ProducerRecord<byte[], byte[]>>(records.size());
        for (var record : records) {
            if (limits.takes(record) || askedAgain.add(record.topic()) && limits.takesNow(record)) {
                fitting.add(record);
            } else {
                addSmaller(record, fitting);
            }
        }
        return fitting;
    }

    /** The records of the last {@link #fit} are committed. */
    void committed() {
        for (var note : notes) {
            LOG.error(note);
            health.putAside();
        }
        notes.clear();
    }

    private void addSmaller(ProducerRecord<byte[], byte[]> record, List<ProducerRecord<byte[], byte[]>> to) {
        if (limits.takes(record)) {
            to.add(record);
            return;
        }
        if (record.topic().equals(Topics.DEAD_LETTERS)) {
            to.add(DeadLetter.cut(record, limits.of(record.topic())));
            return;
        }
        var envelope = envelope(record);
        if (record.topic().equals(Topics.FAILED) && envelope.isPresent()) {
            var shorter = withoutBody(record, envelope.get());
            if (shorter.isPresent()) {
                addSmaller(shorter.get(), to);
                return;
            }
        }
        var recipients = envelope.map(Envelope::recipients).orElse(List.of());
        if (recipients.size() > 1) {
            int half = recipients.size() / 2;
            for (var some : List.of(recipients.subList(0, half), recipients.subList(half, recipients.size()))) {
                addSmaller(MailRecord.copy(record, envelope.get().withRecipients(some), record.value()), to);
            }
            return;
        }
        to.addAll(putAside(
                record,
                "5.3.4",
                "%s takes records of %d octets, this one has %d"
                        .formatted(record.topic(), limits.of(record.topic()), RecordSize.octets(record))));
    }

    /** With its header section only, or the beginning of that; empty if it has no more than that already. */
    private static Optional<ProducerRecord<byte[], byte[]>> withoutBody(
            ProducerRecord<byte[], byte[]> record, Envelope envelope) {
        int length = record.value() == null ? 0 : record.value().length;
        int shorter =
                length > envelope.content().headerLength() ? envelope.content().headerLength() : SHORT_HEADER_SECTION;
        if (length <= shorter) {
            return Optional.empty();
        }
        return Optional.of(
                MailRecord.copy(record, envelope.withHeaderLength(shorter), Arrays.copyOf(record.value(), shorter)));
    }

    private static Optional<Envelope> envelope(ProducerRecord<byte[], byte[]> record) {
        try {
            return MailRecord.envelopeOf(record);
        } catch (MalformedRecordException e) {
            return Optional.empty();
        }
    }

    /**
     * The records instead of one that its topic does not take: a dead letter, and for each waiting recipient an outcome
     * that says why.
     */
    List<ProducerRecord<byte[], byte[]>> putAside(ProducerRecord<byte[], byte[]> record, String status, String why) {
        var envelope = envelope(record);
        var waiting = envelope.filter(mail -> Topics.holdsWaitingMail(record.topic()));
        var letter = DeadLetter.refused(record, why);
        var instead = new ArrayList<ProducerRecord<byte[], byte[]>>();
        // The letter would be cut, and the rest of the record is stored nowhere, so nobody could replay it.
        boolean back = waiting.isPresent() && !limits.takes(letter);
        notes.add("queueId=%s topic=%s a record %s: %s"
                .formatted(
                        envelope.map(Envelope::id).orElse("-"),
                        record.topic(),
                        back ? "goes back to its sender" : "is put aside as a dead letter",
                        why));
        if (back) {
            sendBack(new MailRecord(waiting.get(), record.value()), status, why, instead);
            return instead;
        }
        instead.add(DeadLetter.cut(letter, limits.of(Topics.DEAD_LETTERS)));
        // Mail that waits for an operator is not finished: RFC 3463 §3.4, X.3.4 and X.3.0.
        waiting.ifPresent(mail -> mail.recipients()
                .forEach(recipient -> instead.add(outcome(
                        Outcome.Type.DEFERRED,
                        mail,
                        recipient,
                        status.replaceFirst("^5", "4"),
                        "put aside as a dead letter: " + why))));
        return instead;
    }

    private void sendBack(MailRecord mail, String status, String why, List<ProducerRecord<byte[], byte[]>> to) {
        var failures = new FailureRecords(mail);
        for (var recipient : mail.envelope().recipients()) {
            to.add(outcome(Outcome.Type.BOUNCED, mail.envelope(), recipient, status, why));
            if (!mail.envelope().hasNullReversePath()) {
                failures.add(
                        recipient,
                        new Failure.Entry(
                                recipient.forwardPath(),
                                Outcome.Type.BOUNCED,
                                status,
                                Optional.empty(),
                                why,
                                Optional.empty(),
                                clock.instant()));
            }
        }
        failures.records().forEach(record -> addSmaller(record, to));
    }

    private ProducerRecord<byte[], byte[]> outcome(
            Outcome.Type type, Envelope mail, Recipient recipient, String status, String why) {
        return Outcome.of(
                        type, mail, recipient, clock.instant(), mail.retrying().attempts(), status)
                .saying(why)
                .record();
    }
}
