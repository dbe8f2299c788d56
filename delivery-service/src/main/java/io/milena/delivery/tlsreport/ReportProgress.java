package io.milena.delivery.tlsreport;

import io.milena.topics.Json;
import io.milena.topics.MalformedRecordException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Optional;

/**
 * How far the reports of a partition are, in the metadata of its commit. The offset is that of the first record of a
 * day that is not reported completely; later records may belong to days, and to domains, that are.
 *
 * @param day the last day that is reported, or that is being reported if {@code domain} is present
 * @param domain the last domain of that day, in alphabetical order, whose report is written
 */
record ReportProgress(Optional<LocalDate> day, Optional<String> domain) {
    static final ReportProgress NONE = new ReportProgress(Optional.empty(), Optional.empty());

    // Jackson gives null for an Optional that a record's JSON leaves out.
    @SuppressWarnings("OptionalAssignedToNull")
    ReportProgress {
        day = day == null ? Optional.empty() : day;
        domain = domain == null ? Optional.empty() : domain;
    }

    /** Unknown metadata is ignored: then only the offset counts. */
    static ReportProgress from(String metadata) {
        try {
            return Json.read(metadata.getBytes(StandardCharsets.UTF_8), ReportProgress.class);
        } catch (MalformedRecordException e) {
            return NONE;
        }
    }

    String metadata() {
        return new String(Json.write(this), StandardCharsets.UTF_8);
    }

    boolean isReported(LocalDate that, String name) {
        return day.isPresent()
                && (that.isBefore(day.get())
                        || that.equals(day.get()) && (domain.isEmpty() || name.compareTo(domain.get()) <= 0));
    }
}
