package io.milena.delivery.tlsreport;

import io.milena.topics.Topics;
import io.milena.topics.kafka.Transactor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * Makes records of reports: mail for {@code mail.outbound}, and posts. Decides when they are due. Immutable,
 * thread-safe.
 */
record ReportWriter(Submitter submitter, Clock clock) {
    private static final Logger LOG = Logger.getLogger(ReportWriter.class);
    /** A transaction must end within seconds, and a report seldom has more than a few kilobytes. */
    private static final int DOMAINS_PER_TRANSACTION = 100;

    /** In base64 with the rest of the message well below a record's 1 MiB. */
    private static final int LARGEST_REPORT = 600 * 1024;

    /** Sessions under way at midnight, on replicas with other clocks, should be counted. */
    private static final Duration SHORTEST_DELAY = Duration.ofMinutes(15);

    private static final Duration LONGEST_DELAY = Duration.ofHours(4);

    /**
     * RFC 8460 §4.1: reports should not all be sent at midnight. The delay is derived from the submitter, the partition
     * and the day: it differs for each, and stays after a restart.
     */
    boolean due(LocalDate day, int partition, Instant now) {
        var random = new SplittableRandom(Objects.hash(submitter.contact().toString(), partition, day.toEpochDay()));
        long delay = random.nextLong(SHORTEST_DELAY.toSeconds(), LONGEST_DELAY.toSeconds());
        return !now.isBefore(TlsReport.end(day).plusSeconds(delay));
    }

    static boolean isRoomForMore(Map<String, DomainDay> domains) {
        return domains.size() < DOMAINS_PER_TRANSACTION
                && domains.values().stream().mapToLong(DomainDay::length).sum() < Transactor.LARGEST;
    }

    List<ProducerRecord<byte[], byte[]>> of(PartitionDays.Batch batch, int partition) {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        batch.domains().forEach((domain, counted) -> {
            try {
                records.addAll(of(batch.day(), partition, domain, counted));
            } catch (RuntimeException e) {
                // A bug costs one report, and does not repeat the whole day.
                LOG.errorf(e, "no TLS report for %s", domain);
            }
        });
        return records;
    }

    private List<ProducerRecord<byte[], byte[]>> of(LocalDate day, int partition, String domain, DomainDay counted) {
        var id = day + "." + partition + "." + domain + "@" + submitter.domain();
        byte[] gzip = TlsReport.of(submitter, day, id, counted).gzip();
        if (gzip.length > LARGEST_REPORT) {
            LOG.warnf("no TLS report for %s: it would have %d octets", domain, gzip.length);
            return List.of();
        }
        var report = new ReportMail.Ready(domain, day, id, gzip);
        return counted.rua().stream().map(uri -> record(report, uri)).toList();
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
