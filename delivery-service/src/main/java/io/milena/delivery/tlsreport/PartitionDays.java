package io.milena.delivery.tlsreport;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The unreported days of one partition of {@link io.milena.topics.Topics#TLS_SESSIONS} (RFC 8460 §4.1: from midnight to
 * midnight, UTC), and the progress to commit when a day is reported. Does not use Kafka; confined to one thread.
 */
final class PartitionDays {
    /** Largest difference between the clocks of replicas. */
    private static final Duration AHEAD = Duration.ofHours(1);

    private final Room room;
    private final TreeMap<LocalDate, Day> days = new TreeMap<>();
    private ReportProgress progress;
    private long next;

    private static final class Day {
        private final TreeMap<String, DomainDay> domains = new TreeMap<>();
        private final long first;

        private Day(long first) {
            this.first = first;
        }
    }

    /** The offset and the progress of reports to commit. */
    record Commit(long offset, ReportProgress progress) {}

    /** Reports to be written in one transaction, by domain, and the progress to commit with them. */
    record Batch(LocalDate day, Map<String, DomainDay> domains, Commit commit) {
        /** Whether the day is reported completely with this batch. */
        boolean isLast() {
            return commit.progress().domain().isEmpty();
        }
    }

    /** {@code next}: the offset that is read first. */
    PartitionDays(Room room, ReportProgress progress, long next) {
        this.room = room;
        this.progress = progress;
        this.next = next;
    }

    /** Skips a record that is not a session. */
    void skip(long offset) {
        next = offset + 1;
    }

    /** False if there is no room, or if the day is over: then the session is in no report. */
    boolean add(long offset, TlsSession session, Instant now) {
        next = offset + 1;
        var date = LocalDate.ofInstant(session.time(), ZoneOffset.UTC);
        if (progress.isReported(date, session.domain())) {
            // Read again after a crash, or written too late.
            return false;
        }
        if (session.time().isAfter(now.plus(AHEAD))) {
            return false;
        }
        var day = days.computeIfAbsent(date, any -> new Day(offset));
        var domain = day.domains.computeIfAbsent(session.domain(), any -> new DomainDay(room));
        boolean added = domain.add(session);
        if (domain.isEmpty()) {
            day.domains.remove(session.domain());
        }
        return added;
    }

    /** The oldest unreported day. */
    Optional<LocalDate> oldest() {
        return days.isEmpty() ? Optional.empty() : Optional.of(days.firstKey());
    }

    /** The next reports of the oldest day, in alphabetical order, while {@code more} is true of the domains taken. */
    Batch batch(Predicate<Map<String, DomainDay>> more) {
        var date = days.firstKey();
        var day = days.firstEntry().getValue();
        var some = new LinkedHashMap<String, DomainDay>();
        for (var domain : day.domains.entrySet()) {
            some.put(domain.getKey(), domain.getValue());
            if (!more.test(some)) {
                break;
            }
        }
        if (some.size() < day.domains.size()) {
            var last = Optional.of(some.lastEntry().getKey());
            return new Batch(date, some, new Commit(firstNeeded(false), new ReportProgress(Optional.of(date), last)));
        }
        return new Batch(
                date, some, new Commit(firstNeeded(true), new ReportProgress(Optional.of(date), Optional.empty())));
    }

    /** The offset from which records must be read again to restore the unreported days. */
    private long firstNeeded(boolean withoutOldest) {
        return days.values().stream()
                .skip(withoutOldest ? 1 : 0)
                .mapToLong(day -> day.first)
                .min()
                .orElse(next);
    }

    void committed(Batch batch) {
        progress = batch.commit().progress();
        var day = days.get(batch.day());
        batch.domains().forEach((name, domain) -> {
            domain.forget();
            day.domains.remove(name);
        });
        if (batch.isLast()) {
            days.remove(batch.day());
        }
    }

    void forget() {
        days.values().forEach(day -> day.domains.values().forEach(DomainDay::forget));
        days.clear();
    }
}
