package io.milena.delivery.report;

import io.milena.topics.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Makes records of reports: mail for {@code mail.outbound}, and what is to be posted. Says when they are due. Immutable, thread-safe. */
record ReportWriter(Submitter submitter, Clock clock) {
    /** A transaction has to be over in seconds, and a report seldom has more than a few kilobytes. */
    static final int PER_TRANSACTION = 100;

    /** Sessions that were on their way at midnight, on replicas with other clocks, should be there. */
    private static final Duration SHORTEST_DELAY = Duration.ofMinutes(15);

    private static final Duration LONGEST_DELAY = Duration.ofHours(4);

    /**
     * RFC 8460 §4.1: not all senders of the world at midnight. The delay is drawn from who we are, the partition and the day: it is another for
     * each, and the same after a restart.
     */
    boolean due(LocalDate day, int partition, Instant now) {
        var random = new SplittableRandom(Objects.hash(submitter.contact().toString(), partition, day.toEpochDay()));
        long delay = random.nextLong(SHORTEST_DELAY.toSeconds(), LONGEST_DELAY.toSeconds());
        return !now.isBefore(TlsReport.end(day).plusSeconds(delay));
    }

    List<ProducerRecord<byte[], byte[]>> of(PartitionDays.Batch batch, int partition) {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        batch.domains().forEach((domain, counted) -> {
            var id = batch.day() + "." + partition + "." + domain + "@" + submitter.domain();
            var report = new ReportMail.Ready(
                    domain,
                    batch.day(),
                    id,
                    TlsReport.of(submitter, batch.day(), id, counted).gzip());
            counted.rua().forEach(uri -> records.add(record(report, uri)));
        });
        return records;
    }

    private ProducerRecord<byte[], byte[]> record(ReportMail.Ready report, ReportUri uri) {
        var now = clock.instant();
        return switch (uri) {
            case ReportUri.MailTo(var text, var mailbox) ->
                new ReportMail(submitter).write(report, mailbox, now).to(Topics.OUTBOUND, mailbox.domain());
            case ReportUri.Post post ->
                ReportPost.first(report.domain(), post, now).record(report.gzip());
        };
    }
}
