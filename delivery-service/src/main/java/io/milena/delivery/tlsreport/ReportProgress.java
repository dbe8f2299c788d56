package io.milena.delivery.tlsreport;

import io.milena.topics.Json;
import io.milena.topics.MalformedRecordException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Optional;

/**
 * How far the reports of a partition are, in the metadata of its commit. The offset stands at the first record of a day that is not all reported;
 * between it and the end there may be records of days that are, and of domains that are.
 *
 * @param day the last day that is reported, or that is being reported if {@code domain} is there
 * @param domain the last of that day, in alphabetical order, whose report is written
 */
record ReportProgress(Optional<LocalDate> day, Optional<String> domain) {
    static final ReportProgress NONE = new ReportProgress(Optional.empty(), Optional.empty());

    // Jackson gives null for an Optional that a record's JSON leaves out.
    @SuppressWarnings("OptionalAssignedToNull")
    ReportProgress {
        day = day == null ? Optional.empty() : day;
        domain = domain == null ? Optional.empty() : domain;
    }

    /** What is no progress tells nothing: then the offset alone counts. */
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
