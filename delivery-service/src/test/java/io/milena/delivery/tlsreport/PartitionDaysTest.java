package io.milena.delivery.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.milena.delivery.tls.PublishedPolicy;
import io.milena.delivery.tls.TlsFailure;
import io.milena.topics.Json;
import io.milena.topics.MalformedRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Counting, reporting, and reading again after a crash. */
class PartitionDaysTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final String YESTERDAY = "2026-11-23T10:00:00Z";
    private static final String TODAY = "2026-11-24T10:00:00Z";

    private final Room room = new Room(1_000_000);
    private final PartitionDays days = new PartitionDays(room, ReportProgress.NONE, 0);

    @Test
    void daysAreReportedOneAfterTheOther() {
        days.add(7, Sessions.good(YESTERDAY, "b.example"), NOW);
        days.add(8, Sessions.good(TODAY, "a.example"), NOW);
        days.add(9, Sessions.good(YESTERDAY, "a.example"), NOW);

        var batch = days.batch(more -> true);
        assertThat(batch.day()).isEqualTo("2026-11-23");
        assertThat(batch.domains().keySet()).containsExactly("a.example", "b.example");
        assertThat(batch.commit().offset()).isEqualTo(8);
        days.committed(batch);

        assertThat(days.oldest()).contains(LocalDate.parse("2026-11-24"));
        var last = days.batch(more -> true);
        assertThat(last.commit().offset()).isEqualTo(10);
        days.committed(last);
        assertThat(days.oldest()).isEmpty();
    }

    @Test
    void aDayThatIsPartlyReportedGoesOnAfterACrash() {
        var sessions = new ArrayList<TlsSession>();
        for (var domain : List.of("c.example", "a.example", "b.example", "a.example", "d.example")) {
            sessions.add(Sessions.good(YESTERDAY, domain));
        }
        addAll(days, sessions);
        var first = days.batch(some -> some.size() < 2);
        assertThat(first.domains().keySet()).containsExactly("a.example", "b.example");
        assertThat(first.commit().offset()).isZero();

        var again = new PartitionDays(
                new Room(1_000_000),
                ReportProgress.from(first.commit().progress().metadata()),
                0);
        addAll(again, sessions);
        var second = again.batch(more -> true);
        assertThat(second.domains().keySet()).containsExactly("c.example", "d.example");
        assertThat(second.commit().offset()).isEqualTo(5);
    }

    @Test
    void whatComesTooLateIsInNoReport() {
        days.add(0, Sessions.good(YESTERDAY, "a.example"), NOW);
        days.committed(days.batch(more -> true));
        assertThat(days.add(1, Sessions.good(YESTERDAY, "z.example"), NOW)).isFalse();
        assertThat(days.add(2, Sessions.good("2026-11-25T10:00:00Z", "z.example"), NOW))
                .isFalse();
        assertThat(days.oldest()).isEmpty();
    }

    @Test
    void metadataOfAnotherVersionTellsNothing() {
        assertThat(ReportProgress.from("")).isEqualTo(ReportProgress.NONE);
        assertThat(ReportProgress.from("1,2;3")).isEqualTo(ReportProgress.NONE);
    }

    @Test
    void failuresBeyondTheRowsCountInTheSum() {
        var day = new DomainDay(room);
        for (int i = 0; i < 150; i++) {
            day.add(Sessions.bad(YESTERDAY, "a.example", TlsFailure.Type.VALIDATION_FAILURE, "the " + i + "th"));
        }
        var counts = day.policies().values().iterator().next();
        assertThat(counts.failures()).hasSize(DomainDay.MOST_FAILURES);
        assertThat(counts.failed()).isEqualTo(150);
    }

    @Test
    void policiesBeyondTheirNumberAreLeftOut() {
        var day = new DomainDay(room);
        for (int i = 0; i < 30; i++) {
            var policy = new PublishedPolicy(PublishedPolicy.Type.TLSA, "mx" + i, List.of(), List.of());
            assertThat(day.add(Sessions.of(YESTERDAY, "a.example", policy, Optional.empty())))
                    .isEqualTo(i < DomainDay.MOST_POLICIES);
        }
    }

    @Test
    void whereThereIsNoRoomNothingIsTakenAndWhatIsReportedGivesItBack() {
        var little = new Room(1000);
        var crowded = new PartitionDays(little, ReportProgress.NONE, 0);
        long offset = 0;
        while (crowded.add(offset, Sessions.good(YESTERDAY, "d" + offset + ".example"), NOW)) {
            offset++;
        }
        assertThat(offset).isPositive();
        assertThat(crowded.add(offset + 1, Sessions.good(YESTERDAY, "d0.example"), NOW))
                .isTrue();
        crowded.committed(crowded.batch(more -> true));
        assertThat(little.take(1000)).isTrue();
    }

    @Test
    void theLongestReportsThatADomainCanCauseFitIntoRecords() {
        var random = new Random(1);
        var day = new DomainDay(new Room(100_000_000));
        for (int i = 0; i < 2 * DomainDay.MOST_POLICIES; i++) {
            var lines =
                    IntStream.range(0, 100).mapToObj(j -> noise(random, 1000)).toList();
            var policy = new PublishedPolicy(PublishedPolicy.Type.STS, "a.example", lines, lines);
            for (int j = 0; j < 10; j++) {
                var failure = new TlsFailure(TlsFailure.Type.VALIDATION_FAILURE, noise(random, 1000));
                day.add(Sessions.of(YESTERDAY, "a.example", policy, Optional.of(failure), "mailto:r@a.example"));
            }
        }
        var submitter = Submitter.of("mta.example.org", Optional.empty(), Optional.empty());
        var batch = new PartitionDays.Batch(
                LocalDate.parse("2026-11-23"),
                Map.of("a.example", day),
                new PartitionDays.Commit(0, ReportProgress.NONE));

        assertThat(new ReportWriter(submitter, Clock.fixed(NOW, ZoneOffset.UTC)).of(batch, 0))
                .singleElement()
                .satisfies(record -> assertThat(record.value().length).isBetween(300_000, 900_000));
        assertThat(day.length()).isLessThan(2_000_000);
    }

    private static String noise(Random random, int length) {
        return random.ints(length, 0x20, 0x7f)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .append('\u00e9')
                .toString();
    }

    @Test
    void whatIsNoSessionIsToldFromOne() {
        for (var json :
                List.of("{}", "[]", "", "{\"time\":\"2026-11-23T10:00:00Z\",\"domain\":\"a.example\",\"rua\":[]}")) {
            assertThatThrownBy(() -> Json.read(json.getBytes(StandardCharsets.US_ASCII), TlsSession.class))
                    .isInstanceOf(MalformedRecordException.class);
        }
    }

    private static void addAll(PartitionDays days, List<TlsSession> sessions) {
        for (int i = 0; i < sessions.size(); i++) {
            days.add(i, sessions.get(i), NOW);
        }
    }
}
