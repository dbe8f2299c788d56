package io.milena.delivery.tlsreport;

import io.milena.topics.Json;
import io.milena.topics.MalformedRecordException;
import io.milena.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A report that is to be posted (RFC 8460 §5.4): a record of {@link Topics#TLS_REPORTS}, with the gzipped report as
 * value and this in a header.
 *
 * @param domain that it is about
 * @param attempts made so far
 */
record ReportPost(String domain, String uri, int attempts, Instant dueAt, Instant expiresAt) {
    private static final String HEADER = "post";
    private static final Duration FIRST_DELAY = Duration.ofMinutes(10);
    private static final Duration LONGEST_DELAY = Duration.ofHours(4);
    private static final int DOUBLINGS = 5;

    static ReportPost first(String domain, ReportUri.Post to, Instant now) {
        return new ReportPost(domain, to.text(), 0, now, now.plus(ReportMail.LIFETIME));
    }

    /** A record without it is a {@link MalformedRecordException}. */
    static ReportPost from(ConsumerRecord<byte[], byte[]> record) {
        var header = record.headers().lastHeader(HEADER);
        if (header == null || record.value() == null) {
            throw new MalformedRecordException("no report to be posted");
        }
        return Json.read(header.value(), ReportPost.class);
    }

    ProducerRecord<byte[], byte[]> record(byte[] report) {
        var record = new ProducerRecord<>(Topics.TLS_REPORTS, domain.getBytes(StandardCharsets.UTF_8), report);
        record.headers().add(HEADER, Json.write(this));
        return record;
    }

    /** RFC 8460 §5.5: the next attempt, after an interval that doubles, for a day; empty after that. */
    Optional<ReportPost> again(Instant now) {
        var doubled = FIRST_DELAY.multipliedBy(1L << Math.min(attempts, DOUBLINGS));
        var due = now.plus(doubled.compareTo(LONGEST_DELAY) < 0 ? doubled : LONGEST_DELAY);
        return due.isAfter(expiresAt)
                ? Optional.empty()
                : Optional.of(new ReportPost(domain, uri, attempts + 1, due, expiresAt));
    }
}
