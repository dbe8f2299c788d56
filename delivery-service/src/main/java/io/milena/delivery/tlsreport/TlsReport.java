package io.milena.delivery.tlsreport;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.milena.delivery.tls.PublishedPolicy;
import io.milena.topics.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** The report on one domain and one day, in the form of RFC 8460 §4.4. */
record TlsReport(
        @JsonProperty("organization-name") String organizationName,
        @JsonProperty("date-range") DateRange dateRange,
        @JsonProperty("contact-info") String contactInfo,
        @JsonProperty("report-id") String reportId,
        @JsonProperty("policies") List<Policy> policies) {

    record DateRange(
            @JsonProperty("start-datetime") Instant start,
            @JsonProperty("end-datetime") Instant end) {}

    record Policy(
            @JsonProperty("policy") Published policy,
            @JsonProperty("summary") Summary summary,

            @JsonProperty("failure-details") @JsonInclude(JsonInclude.Include.NON_EMPTY)
            List<Failure> failures) {}

    record Published(
            @JsonProperty("policy-type") String type,

            @JsonProperty("policy-string") @JsonInclude(JsonInclude.Include.NON_EMPTY)
            List<String> strings,

            @JsonProperty("policy-domain") String domain,

            @JsonProperty("mx-host") @JsonInclude(JsonInclude.Include.NON_EMPTY)
            List<String> mx) {}

    record Summary(
            @JsonProperty("total-successful-session-count") long succeeded,
            @JsonProperty("total-failure-session-count") long failed) {}

    record Failure(
            @JsonProperty("result-type") String type,
            @JsonProperty("sending-mta-ip") Optional<String> from,
            @JsonProperty("receiving-mx-hostname") String mxHost,
            @JsonProperty("receiving-ip") String to,
            @JsonProperty("failed-session-count") long count,
            @JsonProperty("failure-reason-code") String reason) {}

    /**
     * {@code id} is equal whenever the report is made again, so that its reader recognizes a repeated one (RFC 8460
     * §5.3).
     */
    static TlsReport of(Submitter submitter, LocalDate day, String id, DomainDay counted) {
        return new TlsReport(
                submitter.organization(),
                // RFC 8460 §4.1: a whole day, 00:00 to 24:00 UTC.
                new DateRange(start(day), end(day).minusSeconds(1)),
                submitter.contact().toString(),
                id,
                counted.policies().entrySet().stream()
                        .map(policy -> policy(policy.getKey(), policy.getValue()))
                        .toList());
    }

    static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    static Instant end(LocalDate day) {
        return start(day.plusDays(1));
    }

    private static Policy policy(PublishedPolicy published, DomainDay.Counts counts) {
        return new Policy(
                new Published(published.type().toString(), published.strings(), published.domain(), published.mx()),
                new Summary(counts.succeeded(), counts.failed()),
                counts.failures().entrySet().stream().map(TlsReport::failure).toList());
    }

    private static Failure failure(Map.Entry<DomainDay.FailureKind, Long> row) {
        var kind = row.getKey();
        return new Failure(
                kind.failure().type().toString(),
                kind.from(),
                kind.mxHost(),
                kind.to(),
                row.getValue(),
                kind.failure().explanation());
    }

    /** RFC 8460 §5.2. */
    byte[] gzip() {
        var octets = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(octets)) {
            gzip.write(Json.write(this));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return octets.toByteArray();
    }
}
