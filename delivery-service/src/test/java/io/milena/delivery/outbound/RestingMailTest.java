package io.milena.delivery.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.egress.EgressSource;
import io.milena.delivery.order.Flush;
import io.milena.delivery.order.Selector;
import io.milena.delivery.outcome.SpreadSlot;
import io.milena.delivery.remote.Cause;
import io.milena.delivery.remote.RecipientResult;
import io.milena.delivery.route.Route;
import io.milena.delivery.route.Way;
import io.milena.delivery.shaping.SiteName;
import io.milena.delivery.site.QueuedMail;
import io.milena.delivery.site.Rest;
import io.milena.delivery.site.Site;
import io.milena.delivery.site.SiteTest;
import io.milena.delivery.tls.TlsLevel;
import io.milena.delivery.tls.TlsNeed;
import io.milena.delivery.tlsreport.SteppedClock;
import io.milena.topics.ContentShape;
import io.milena.topics.Envelope;
import io.milena.topics.Json;
import io.milena.topics.MailRecord;
import io.milena.topics.Outcome;
import io.milena.topics.Recipient;
import io.milena.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * Mail for a site that lets nobody in, over a simulated clock: how often it is written again, how often the site is
 * tried, and what brings the mail back.
 */
class RestingMailTest {
    private static final Instant START = Instant.parse("2026-11-24T00:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Cause DOWN = new Cause.NotTried("connection refused");
    /** Longer than any rest; the first one leads to the report of a delay. */
    private static final Set<String> LONG_TIERS =
            Set.of(Topics.deferred(Duration.ofHours(4)), Topics.deferred(Topics.HOLD));

    private static final byte[] CONTENT = new byte[20_000];

    private final SteppedClock clock = new SteppedClock(START.toString());
    private final Random random = new Random(1);
    private final Settling settling = new Settling(clock, random::nextDouble);
    private final Way way = new Way(
            new Route.Exchangers(),
            "example.com",
            new TlsNeed(TlsLevel.OPPORTUNISTIC, false, false),
            EgressSource.unnamed("mta.example.org"));
    private final Destination destination = new Destination(way, rest());
    private final Site site =
            new Site(new SiteName("mx.example.com", true), Optional.empty(), SiteTest.LIMITS, rest(), this::nanoTime);
    private final PriorityQueue<MailRecord> waiting = new PriorityQueue<>(Comparator.comparing(RestingMailTest::due)
            .thenComparing(mail -> mail.envelope().id()));
    private final List<Instant> attempts = new ArrayList<>();
    private OptionalLong flushed = OptionalLong.empty();
    private final RestingMail resting = new RestingMail(settling.settlements, name -> flushed, clock);
    private long written;
    private int outcomes;
    private int onHold;

    @Test
    void aDayWithoutTheSiteWritesFourTimesTheMailAndTriesItEveryHour() {
        int accepted = 0;
        for (int hour = 0; hour < 24; hour++) {
            for (int i = 0; i < (hour == 0 ? 1_000 : 200); i++) {
                arrive("m" + accepted++, START.plus(Duration.ofHours(hour)).plusSeconds(i));
            }
            runUntil(START.plus(Duration.ofHours(hour + 1)));
        }

        assertThat(written).isLessThanOrEqualTo(4L * accepted * CONTENT.length);
        // Each message tells that it waits; those that were tried tell of that too.
        assertThat(outcomes).isLessThan(accepted + 3 * attempts.size());
        for (int i = 1; i < attempts.size(); i++) {
            assertThat(Duration.between(attempts.get(i - 1), attempts.get(i)))
                    .as("after %s", attempts.get(i - 1))
                    .isLessThan(Duration.ofMinutes(65));
        }
        assertThat(attempts).hasSizeBetween(24, 60);
        assertThat(attempts.getLast()).isAfter(START.plus(DAY).minus(Duration.ofMinutes(65)));
    }

    @Test
    void fewMessagesAreNeverOnHold() {
        for (int i = 0; i < 10; i++) {
            arrive("m" + i, START);
        }
        runUntil(START.plus(DAY));

        assertThat(onHold).isZero();
    }

    @Test
    void whoIsLetInBringsBackWhatIsOnHold() {
        assertThat(broughtBackBy(mail("first"))).isEmpty();
        putOnHold();

        var flush = broughtBackBy(mail("first")).orElseThrow();
        assertThat(flush.selector()).isEqualTo(Selector.at("mx.example.com", Optional.empty(), Optional.empty()));
        site.succeeded();
        assertThat(broughtBackBy(mail("second"))).isEmpty();
    }

    @Test
    void aScoutThatIsLetInAfterARestartBringsBackWhatMayBeOnHold() {
        var read = queued(new MailRecord(mail("scout").mail().envelope().withScout(true), CONTENT));
        assertThat(broughtBackBy(read)).isPresent();

        // Another message has done so.
        flushed = OptionalLong.of(nanoTime());
        assertThat(broughtBackBy(read)).isEmpty();
    }

    @Test
    void whatWasPutOnHoldWhileAFlushWasServedIsBroughtBackByOneMore() {
        putOnHold();
        flushed = OptionalLong.of(nanoTime());

        assertThat(broughtBackBy(mail("first"))).isPresent();
        clock.goOn(Duration.ofMinutes(5));
        flushed = OptionalLong.of(nanoTime());
        assertThat(broughtBackBy(mail("first"))).isEmpty();
    }

    @Test
    void aSiteThatCameBackLatelyHasNoMailOnHold() {
        flushed = OptionalLong.of(nanoTime());
        putOnHold();

        assertThat(onHold).isZero();
    }

    @Test
    void aDestinationWithoutAWayHasMailOnHoldToo() {
        // The rests of a destination go by the clock of the machine.
        long now = System.nanoTime();
        destination.rest(DOWN, now - Duration.ofSeconds(31).toNanos());
        destination.rest(DOWN, now);
        for (int i = 0; i < 50; i++) {
            resting.defer(mail("m" + i), destination, site, SpreadSlot.ALONE);
        }
        write();

        assertThat(onHold).isEqualTo(40);
        assertThat(broughtBackBy(mail("first"))).isPresent();
        destination.reached();
        assertThat(broughtBackBy(mail("first"))).isEmpty();
    }

    /** Fifty messages come in the second rest. */
    private void putOnHold() {
        assertThat(site.restsAfter(DOWN)).isTrue();
        clock.goOn(Duration.ofMinutes(1));
        assertThat(site.restsAfter(DOWN)).isTrue();
        for (int i = 0; i < 50; i++) {
            resting.defer(mail("m" + i), site, SpreadSlot.ALONE);
        }
        write();
    }

    private Optional<Flush> broughtBackBy(QueuedMail mail) {
        var records = resting.broughtBackBy(mail, site, destination);
        assertThat(records).allMatch(record -> record.topic().equals(Topics.FLUSHES));
        return records.stream()
                .map(record -> Json.read(record.value(), Flush.class))
                .findFirst();
    }

    private void arrive(String id, Instant at) {
        waiting.add(new MailRecord(envelope(id, at).deferredUntil(at, at, false), CONTENT));
    }

    private static Envelope envelope(String id, Instant at) {
        return Envelope.of(
                id,
                "account",
                "sender@example.org",
                List.of(Recipient.of("rcpt@example.com")),
                at,
                Duration.ofHours(72),
                ContentShape.plain(CONTENT.length, CONTENT.length));
    }

    private QueuedMail mail(String id) {
        return queued(new MailRecord(envelope(id, clock.instant()), CONTENT));
    }

    private QueuedMail queued(MailRecord record) {
        return new QueuedMail(new TopicPartition(Topics.OUTBOUND, 0), null, null, record, way);
    }

    private static Instant due(MailRecord mail) {
        return mail.envelope().retrying().dueAt().orElseThrow();
    }

    /** The first of the mail that comes at one time is tried, unless the site rests. */
    private void runUntil(Instant end) {
        while (!waiting.isEmpty() && due(waiting.element()).isBefore(end)) {
            var now = due(waiting.element());
            if (now.isAfter(clock.instant())) {
                clock.set(now);
            }
            var come = new ArrayList<MailRecord>();
            while (!waiting.isEmpty() && !due(waiting.element()).isAfter(now)) {
                come.add(waiting.remove());
            }
            written += (long) come.size() * CONTENT.length;
            if (site.resting().isZero()) {
                tryOne(come.removeFirst());
            }
            Settlements.eachInItsSlot(
                    come.stream().map(this::queued).toList(), (mail, slot) -> resting.defer(mail, site, slot));
            write();
        }
        clock.set(end);
    }

    private void tryOne(MailRecord mail) {
        attempts.add(clock.instant());
        settling.settler
                .attempted(mail, RecipientResult.notDelivered(mail.envelope().recipients(), DOWN))
                .forEach(this::write);
        assertThat(site.restsAfter(DOWN)).isTrue();
    }

    private void write() {
        for (var next = settling.settlements.poll(); next != null; next = settling.settlements.poll()) {
            next.records().forEach(this::write);
            if (next.records().stream().anyMatch(record -> LONG_TIERS.contains(record.topic()))) {
                onHold++;
            }
        }
    }

    private void write(ProducerRecord<byte[], byte[]> record) {
        if (record.topic().equals(Topics.OUTCOMES)) {
            outcomes++;
            assertThat(Json.read(record.value(), Outcome.class).type()).isEqualTo(Outcome.Type.DEFERRED);
        } else if (Topics.DEFERRED.matcher(record.topic()).matches()) {
            written += record.value().length;
            waiting.add(new MailRecord(MailRecord.envelopeOf(record).orElseThrow(), record.value()));
        }
    }

    private static Rest rest() {
        return new Rest(Duration.ofSeconds(30), Duration.ofMinutes(30));
    }

    private long nanoTime() {
        return Duration.between(START, clock.instant()).toNanos();
    }
}
