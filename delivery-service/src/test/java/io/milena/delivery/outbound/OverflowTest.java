package io.milena.delivery.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.Envelopes;
import io.milena.delivery.egress.EgressSource;
import io.milena.delivery.outcome.Settler;
import io.milena.delivery.route.Route;
import io.milena.delivery.route.Way;
import io.milena.delivery.shaping.SiteName;
import io.milena.delivery.site.Ownership;
import io.milena.delivery.site.QueuedMail;
import io.milena.delivery.site.Rest;
import io.milena.delivery.site.Site;
import io.milena.delivery.site.SiteTest;
import io.milena.delivery.tls.TlsLevel;
import io.milena.delivery.tls.TlsNeed;
import io.milena.delivery.tlsreport.SteppedClock;
import io.milena.topics.Envelope;
import io.milena.topics.Json;
import io.milena.topics.MailRecord;
import io.milena.topics.Priority;
import io.milena.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * A campaign to a site that accepts a number of messages per second, over a simulated clock: how long all of it takes,
 * and how often mail is written again.
 */
class OverflowTest {
    private static final Instant START = Instant.parse("2026-11-24T00:00:00Z");
    private static final Duration STEP = Duration.ofMillis(100);
    /** Messages read per step while there is room. */
    private static final int READ = 400;

    private static final int PARTITIONS = 50;

    private final SteppedClock clock = new SteppedClock(START.toString());
    private final Settling settling = new Settling(clock, () -> 1);
    private final ReadAhead readAhead = settling.readAhead;
    private final Settler settler = settling.settler;
    private final Settlements settlements = settling.settlements;
    private final WaitingTopic waitingTopic = new WaitingTopic(this::nanoTime);
    private final Overflow overflow = new Overflow(readAhead, settlements, waitingTopic);
    private final List<Host> hosts = new ArrayList<>();
    private final Queue<MailRecord> outbound = new ArrayDeque<>();
    private final List<Queue<MailRecord>> waiting = Stream.<Queue<MailRecord>>generate(ArrayDeque::new)
            .limit(PARTITIONS)
            .toList();
    private final PriorityQueue<MailRecord> tiers = new PriorityQueue<>(
            Comparator.comparing(mail -> mail.envelope().retrying().dueAt().orElseThrow()));
    private boolean reading = true;
    private boolean stalled;
    private int writtenToTiers;
    private int writtenToWaiting;
    private double mostUsed;

    /** A host that accepts this many messages per second, and the partition of its mail. */
    private final class Host {
        private final int number = hosts.size();
        private final double perSecond;
        private final int partition;
        private final Way way = new Way(
                new Route.Exchangers(),
                domain(),
                new TlsNeed(TlsLevel.OPPORTUNISTIC, false, false),
                EgressSource.unnamed("mta.example.org"));
        private final Site site = new Site(
                new SiteName(domain(), false),
                Optional.empty(),
                SiteTest.LIMITS,
                new Rest(Duration.ofSeconds(30), Duration.ofMinutes(30)),
                OverflowTest.this::nanoTime);
        private double due;
        private int submitted;
        private int delivered;
        private Duration finished = Duration.ZERO;
        private Duration slowestUrgent = Duration.ZERO;

        private Host(double perSecond, int partition) {
            this.perSecond = perSecond;
            this.partition = partition;
            var ownership = new Ownership();
            ownership.own(IntStream.range(0, PARTITIONS).boxed().collect(Collectors.toSet()), PARTITIONS);
            site.obey(SiteTest.LIMITS, ownership);
        }

        private String domain() {
            return "d" + number + ".example";
        }

        private void submit(int messages, Priority priority) {
            submitted += messages;
            for (int i = 0; i < messages; i++) {
                outbound.add(new MailRecord(
                        Envelopes.of(clock.instant().toString(), "account", priority.level(), "a@" + domain(), 0),
                        new byte[0]));
            }
        }

        private void deliver() {
            if (stalled) {
                return;
            }
            due = site.waiting().messages() == 0 ? 0 : due + perSecond * STEP.toMillis() / 1000;
            for (; due >= 1 && site.nextTurn(true, nanoTime()) instanceof Site.Turn.Send(var mail); due--) {
                site.settledOne();
                settlements.release(mail);
                delivered++;
                finished = Duration.between(START, clock.instant());
                if (mail.lane() == 0) {
                    var since = Duration.between(
                            Instant.parse(mail.mail().envelope().id()), clock.instant());
                    slowestUrgent = since.compareTo(slowestUrgent) > 0 ? since : slowestUrgent;
                }
            }
        }

        private void accept(MailRecord record, String topic) {
            var mail = new QueuedMail(new TopicPartition(topic, partition), null, null, record, way);
            readAhead.take(mail);
            overflow.isBack(mail, site);
            if (!overflow.setAside(mail, site)) {
                site.add(mail);
            }
        }
    }

    /** Reads some mail of a partition of {@code mail.waiting}, while it is wanted. */
    private void readWaiting(int partition) {
        var records = waiting.get(partition);
        var topic = new TopicPartition(Topics.WAITING, partition);
        for (int i = 0; i < READ && !records.isEmpty() && waitingTopic.mayRead(topic); i++) {
            var record = records.remove();
            hostOf(record).accept(record, Topics.WAITING);
        }
    }

    private Host host(double perSecond) {
        return host(perSecond, hosts.size());
    }

    private Host host(double perSecond, int partition) {
        var host = new Host(perSecond, partition);
        hosts.add(host);
        return host;
    }

    private Host hostOf(MailRecord mail) {
        return hosts.get(Integer.parseInt(
                mail.envelope().recipients().getFirst().domain().replaceAll("\\D", "")));
    }

    private long nanoTime() {
        return Duration.between(START, clock.instant()).toNanos();
    }

    /** Runs until all mail is delivered; {@code eachSecond} acts first in each second. */
    private void run(IntConsumer eachSecond) {
        for (int step = 0; hosts.stream().anyMatch(host -> host.delivered < host.submitted); step++) {
            assertThat(clock.instant()).isBefore(START.plus(Duration.ofHours(24)));
            clock.goOn(STEP);
            if (step % 10 == 0) {
                eachSecond.accept(step / 10);
                waitingTopic.look();
                hosts.forEach(host -> overflow.trim(host.site, Set.of()));
            }
            hosts.forEach(Host::deliver);
            read();
            mostUsed = Math.max(mostUsed, readAhead.used());
            write();
        }
    }

    private void run() {
        run(second -> {});
    }

    /** Reads as {@link OutboundLoop} does. */
    private void read() {
        while (!tiers.isEmpty()
                && !tiers.element().envelope().retrying().dueAt().orElseThrow().isAfter(clock.instant())) {
            outbound.add(tiers.remove());
        }
        reading = reading ? !readAhead.isFull() : !readAhead.isCrowded();
        for (int i = 0; i < READ && !outbound.isEmpty() && reading; i++) {
            var mail = outbound.remove();
            var from = mail.envelope().triedFrom().filter(clock.instant()::isBefore);
            if (from.isPresent()) {
                settler.early(mail, from.get()).forEach(this::write);
            } else {
                hostOf(mail).accept(mail, Topics.OUTBOUND);
            }
        }
        if (reading && !readAhead.isHalfFull()) {
            IntStream.range(0, PARTITIONS).forEach(this::readWaiting);
        }
    }

    private void write() {
        for (var next = settlements.poll(); next != null; next = settlements.poll()) {
            next.records().stream()
                    .filter(record -> !record.topic().equals(Topics.OUTCOMES))
                    .forEach(this::write);
        }
    }

    private void write(ProducerRecord<byte[], byte[]> record) {
        var envelope = Json.read(record.headers().lastHeader("envelope").value(), Envelope.class);
        var mail = new MailRecord(envelope, record.value());
        if (record.topic().equals(Topics.WAITING)) {
            writtenToWaiting++;
            waiting.get(record.partition()).add(mail);
        } else {
            writtenToTiers++;
            tiers.add(mail);
        }
    }

    @Test
    void whatASiteTakesWithinTheShortestDelayWaitsForNoDelay() {
        var host = host(600);
        host.submit(20_000, Priority.NORMAL);
        run();
        // 33 seconds of work.
        assertThat(host.finished).isLessThan(Duration.ofSeconds(36));
        assertThat(writtenToTiers).isZero();
        assertThat(writtenToWaiting).isBetween(1, 20_000);
    }

    @Test
    void whatTakesLongComesBackWhenItsTurnIsDue() {
        var host = host(10);
        host.submit(20_000, Priority.NORMAL);
        run();
        // 2,000 seconds of work.
        assertThat(host.finished).isLessThan(Duration.ofSeconds(2_100));
        assertThat(writtenToTiers + writtenToWaiting).isLessThanOrEqualTo(20_000);
    }

    @Test
    void urgentMailIsNotSetAsideForThatOfItsAccountWhichIsNot() {
        var host = host(600);
        host.submit(40_000, Priority.NORMAL);
        run(second -> {
            if (second > 30 && second <= 60) {
                host.submit(1, Priority.TRANSACTIONAL);
            }
        });
        // The less urgent messages read before these are too many to be held.
        assertThat(writtenToWaiting).isPositive();
        assertThat(host.slowestUrgent).isPositive().isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void aFastSiteIsNotIdleWhileSlowOnesHaveMuchWaiting() {
        for (int i = 0; i < 20; i++) {
            host(12).submit(1_000, Priority.NORMAL);
        }
        var fast = host(500);
        fast.submit(20_000, Priority.NORMAL);
        run();
        // 40 and 83 seconds of work.
        assertThat(fast.finished).isLessThan(Duration.ofSeconds(60));
        assertThat(hosts).allSatisfy(host -> assertThat(host.finished).isLessThan(Duration.ofSeconds(130)));
    }

    @Test
    void whatWaitsBehindASlowSiteInItsPartitionIsFound() {
        var slow = host(4, 0);
        slow.submit(1_500, Priority.NORMAL);
        run(second -> {
            if (second == 10) {
                host(200, 0).submit(8_000, Priority.NORMAL);
            }
        });
        // 375 and 40 seconds of work.
        assertThat(writtenToWaiting).isGreaterThan(1_000);
        assertThat(hosts.getLast().finished).isLessThan(Duration.ofSeconds(10 + 60));
        assertThat(slow.finished).isLessThan(Duration.ofSeconds(450));
    }

    @Test
    void manySlowSitesDoNotFillTheReadAhead() {
        for (int i = 0; i < 40; i++) {
            host(1).submit(600, Priority.NORMAL);
        }
        var shop = host(500);
        run(second -> {
            if (second > 20 && second <= 120) {
                shop.submit(1, Priority.TRANSACTIONAL);
            }
        });
        assertThat(mostUsed).isGreaterThan(0.75);
        assertThat(shop.slowestUrgent).isLessThan(Duration.ofSeconds(1));
        // 600 seconds of work.
        assertThat(hosts).allSatisfy(host -> assertThat(host.finished).isLessThan(Duration.ofSeconds(900)));
    }

    @Test
    void aStallOfAllHostsPutsNothingOffByMinutes() {
        for (int i = 0; i < 100; i++) {
            host(20, i % 12).submit(400, Priority.NORMAL);
        }
        run(second -> stalled = second >= 2 && second < 32);
        // 20 seconds of work.
        assertThat(writtenToWaiting).isPositive();
        assertThat(writtenToTiers).isZero();
        // Mail of different hosts in one partition waits for one another.
        assertThat(hosts).allSatisfy(host -> assertThat(host.finished).isLessThan(Duration.ofSeconds(30 + 70)));
    }
}
