package io.milena.bounce;

import io.micrometer.core.instrument.Counter;
import io.milena.topics.Failure;
import io.milena.topics.MailRecord;
import io.milena.topics.MalformedRecordException;
import io.milena.topics.Recipient;
import io.milena.topics.Topics;
import io.milena.topics.kafka.TransferLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * The first duty: writes reports to the senders of mail that failed, waits or was relayed, about the recipients for
 * which a report is wanted. Confined to its loop's thread.
 */
final class FailedMail implements Function<ConsumerRecord<byte[], byte[]>, TransferLoop.Step> {
    private static final Logger LOG = Logger.getLogger(FailedMail.class);
    /** Recipients of one report: it stays well below the largest record whatever their servers said. */
    private static final int RECIPIENTS_PER_REPORT = 50;

    private final DsnWriter writer;
    private final Predicate<ProducerRecord<byte[], byte[]>> fits;
    private final Counter dsns;
    private final Counter suppressed;

    /** {@code fits}: whether the topic of a record takes it. */
    FailedMail(DsnWriter writer, Predicate<ProducerRecord<byte[], byte[]>> fits, Counter dsns, Counter suppressed) {
        this.writer = writer;
        this.fits = fits;
        this.dsns = dsns;
        this.suppressed = suppressed;
    }

    @Override
    public TransferLoop.Move apply(ConsumerRecord<byte[], byte[]> record) {
        var mail = MailRecord.from(record);
        var failure = MailRecord.failureOf(record);
        // RFC 5321 §4.5.5: a report about a report would never end.
        if (mail.envelope().hasNullReversePath()) {
            return suppressed(mail, "its reverse-path is null");
        }
        var reported = mail.envelope().recipients().stream()
                .map(recipient -> new ReportedRecipient(recipient, entryOf(recipient, failure)))
                .filter(one -> isWanted(mail, one))
                .toList();
        return reported.isEmpty() ? suppressed(mail, "no recipient asks for one") : move(reports(mail, reported), dsns);
    }

    private List<ProducerRecord<byte[], byte[]>> reports(MailRecord mail, List<ReportedRecipient> reported) {
        var reports = new ArrayList<ProducerRecord<byte[], byte[]>>();
        for (var action : Action.values()) {
            var same = reported.stream().filter(one -> one.action() == action).toList();
            for (int start = 0; start < same.size(); start += RECIPIENTS_PER_REPORT) {
                var some = same.subList(start, Math.min(same.size(), start + RECIPIENTS_PER_REPORT));
                addReports(mail, some, reports);
            }
        }
        return reports;
    }

    /**
     * One report, or several if topics take less than Kafka's default: first without the body, then with fewer
     * recipients each.
     */
    private void addReports(
            MailRecord mail, List<ReportedRecipient> some, List<ProducerRecord<byte[], byte[]>> reports) {
        var dsn = writer.write(mail, some);
        var report =
                dsn.to(Topics.OUTBOUND, dsn.envelope().recipients().getFirst().domain());
        int headerLength = mail.envelope().content().headerLength();
        boolean fitting = fits.test(report);
        if (!fitting && mail.content().length > headerLength) {
            addReports(new MailRecord(mail.envelope(), Arrays.copyOf(mail.content(), headerLength)), some, reports);
        } else if (!fitting && some.size() > 1) {
            int half = some.size() / 2;
            addReports(mail, some.subList(0, half), reports);
            addReports(mail, some.subList(half, some.size()), reports);
        } else {
            log(mail, dsn, some);
            reports.add(report);
        }
    }

    private static void log(MailRecord mail, MailRecord dsn, List<ReportedRecipient> some) {
        LOG.infof(
                "queueId=%s dsn=%s action=%s forwardPath=%s recipients=%d",
                mail.envelope().id(),
                dsn.envelope().id(),
                some.getFirst().action().keyword(),
                dsn.envelope().recipients().getFirst().forwardPath(),
                some.size());
    }

    private TransferLoop.Move suppressed(MailRecord mail, String reason) {
        LOG.infof("queueId=%s no dsn: %s", mail.envelope().id(), reason);
        return move(List.of(), suppressed);
    }

    /** Counts each report once it is committed, and each failure that caused none. */
    private static TransferLoop.Move move(List<ProducerRecord<byte[], byte[]>> reports, Counter counter) {
        return new TransferLoop.Move(reports, () -> counter.increment(Math.max(1, reports.size())));
    }

    // RFC 3461 §4.1: NOTIFY names the kinds, or NEVER; a missing one means all but SUCCESS.
    private static boolean isWanted(MailRecord mail, ReportedRecipient one) {
        return switch (one.failure().type()) {
            case BOUNCED, EXPIRED, DROPPED -> one.recipient().wants("FAILURE");
            case DEFERRED -> one.recipient().wants("DELAY");
            // RFC 2852 §4.1.4: if the sender set a deadline, delivery knows what must be reported, and only NEVER
            // forbids it.
            case DELIVERED ->
                one.recipient().wants("SUCCESS")
                        || mail.envelope().wishes().deliverBy().isPresent()
                                && one.recipient().wantsAny();
            case CANCELLED -> false;
        };
    }

    private static Failure.Entry entryOf(Recipient recipient, Failure failure) {
        return failure.entries().stream()
                .filter(entry -> entry.recipient().equals(recipient.forwardPath()))
                .findFirst()
                .orElseThrow(() -> new MalformedRecordException("no failure for " + recipient.forwardPath()));
    }
}
