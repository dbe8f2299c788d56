package io.milena.delivery.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.Envelopes;
import io.milena.delivery.egress.EgressSource;
import io.milena.delivery.progress.PartitionProgress;
import io.milena.delivery.progress.Starts;
import io.milena.delivery.remote.Cause;
import io.milena.delivery.route.Route;
import io.milena.delivery.route.Way;
import io.milena.delivery.shaping.Limits;
import io.milena.delivery.shaping.Rate;
import io.milena.delivery.shaping.SiteName;
import io.milena.delivery.tls.TlsLevel;
import io.milena.delivery.tls.TlsNeed;
import io.milena.topics.MailRecord;
import io.milena.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The workers of a site and their turns, over a simulated clock. */
public class SiteTest {
    public static final Limits LIMITS =
            new Limits(20, Optional.empty(), 500, Optional.empty(), 100, Duration.ofSeconds(5), TlsLevel.OPPORTUNISTIC);
    private static final long SECOND = 1_000_000_000L;
    private static final Cause SILENCE = new Cause.Broken(Optional.empty(), "4.4.1", "connection refused");

    private final AtomicLong now = new AtomicLong();
    private final PartitionProgress progress = Starts.first();
    private long offset;

    private Site site(Limits limits) {
        var site = new Site(
                new SiteName("site", false),
                Optional.empty(),
                limits,
                new Rest(Duration.ofSeconds(30), Duration.ofMinutes(30)),
                now::get);
        var ownership = new Ownership();
        ownership.own(Set.of(0), 1);
        site.obey(limits, ownership);
        return site;
    }

    private QueuedMail mail() {
        return new QueuedMail(
                new TopicPartition(Topics.OUTBOUND, 0),
                progress,
                progress.read(offset++),
                new MailRecord(Envelopes.of(Instant.EPOCH, 0, "a@example.com"), new byte[1000]),
                new Way(
                        new Route.Exchangers(),
                        "example.com",
                        new TlsNeed(TlsLevel.OPPORTUNISTIC, false, false),
                        EgressSource.unnamed("mta.example.org")));
    }

    /** Adds this many messages; returns how many workers were hired for them. */
    private int add(Site site, int count) {
        int hired = 0;
        for (int i = 0; i < count; i++) {
            hired += site.add(mail()) ? 1 : 0;
        }
        return hired;
    }

    private Site.Turn take(Site site, boolean connected) {
        return site.take(connected, now.get());
    }

    @Test
    void moreWorkersAreHiredAsTheQueueOutgrowsThoseThereAre() {
        var site = site(LIMITS);
        assertThat(add(site, 1)).isEqualTo(1);
        assertThat(add(site, 3)).isEqualTo(1);
        assertThat(add(site, 1_000)).isEqualTo(2);
    }

    @Test
    void workersBecomeMoreAsMessagesGoThrough() {
        var site = site(LIMITS);
        int workers = add(site, 1_000);
        site.opened(workers);
        for (int i = 0; i < 200; i++) {
            if (site.succeeded()) {
                workers++;
                site.opened(1);
            }
        }
        assertThat(workers).isEqualTo(20);
    }

    @Test
    void aRateIsKeptWhateverTheNumberOfWorkers() {
        var site = site(new Limits(
                20,
                Optional.empty(),
                500,
                Optional.of(new Rate(1, Duration.ofSeconds(1))),
                100,
                Duration.ofSeconds(5),
                TlsLevel.OPPORTUNISTIC));
        add(site, 100);
        int sent = 0;
        for (int tenths = 0; tenths < 600; tenths++) {
            now.addAndGet(SECOND / 10);
            if (site.nextTurn(true, now.get()) instanceof Site.Turn.Send) {
                sent++;
            }
        }
        assertThat(sent).isEqualTo(60);
    }

    @Test
    void aWorkerThatIsConnectedHangsUpRatherThanWaitForLong() {
        var site = site(new Limits(
                20,
                Optional.empty(),
                500,
                Optional.of(new Rate(1, Duration.ofMinutes(1))),
                100,
                Duration.ofSeconds(5),
                TlsLevel.OPPORTUNISTIC));
        add(site, 2);
        assertThat(take(site, false)).isInstanceOf(Site.Turn.Send.class);
        long idleSince = now.get();
        now.addAndGet(6 * SECOND);
        assertThat(site.take(true, idleSince)).isInstanceOf(Site.Turn.HangUp.class);
    }

    @Test
    void whoHasNothingToDoLeavesAfterTheIdleTime() {
        var site = site(LIMITS);
        add(site, 1);
        assertThat(take(site, true)).isInstanceOf(Site.Turn.Send.class);
        long idleSince = now.get();
        now.addAndGet(6 * SECOND);
        assertThat(site.take(true, idleSince)).isInstanceOf(Site.Turn.Leave.class);
        assertThat(site.unused()).isFalse();
        assertThat(site.gone()).isFalse();
        assertThat(site.unused()).isTrue();
    }

    @Test
    void aRefusedConnectionBesideOthersIsNoReasonToRest() {
        var site = site(LIMITS);
        int workers = add(site, 100);
        site.opened(workers);
        assertThat(site.restsAfter(SILENCE)).isFalse();
        assertThat(site.resting()).isZero();
    }

    @Test
    void aRestThatBeganBeforeAFlushIsOverAndOneConnectionTries() {
        var site = site(LIMITS);
        long before = now.get();
        now.addAndGet(SECOND);
        assertThat(site.restsAfter(SILENCE)).isTrue();
        site.probe(before);
        assertThat(site.resting()).isEqualTo(Duration.ofSeconds(30));

        long flushed = now.addAndGet(SECOND);
        site.probe(flushed);

        assertThat(site.resting()).isZero();
        assertThat(add(site, 100)).isEqualTo(1);
        // The next rest is longer, and a repeated flush does not end it.
        assertThat(site.restsAfter(SILENCE)).isTrue();
        assertThat(site.resting()).isEqualTo(Duration.ofSeconds(60));
        now.addAndGet(SECOND);
        site.probe(flushed);
        assertThat(site.resting()).isEqualTo(Duration.ofSeconds(59));
    }

    @Test
    void aDeadSiteRestsForLongerEachTimeAndIsProbedByOne() {
        var site = site(LIMITS);
        int workers = add(site, 100);
        assertThat(site.restsAfter(SILENCE)).isTrue();
        assertThat(site.resting()).isEqualTo(Duration.ofSeconds(30));
        // Attempts that were under way fail too, which counts as one failure.
        assertThat(site.restsAfter(SILENCE)).isTrue();
        assertThat(site.resting()).isEqualTo(Duration.ofSeconds(30));
        site.remove(mail -> true);
        for (int i = 0; i < workers; i++) {
            assertThat(take(site, false)).isInstanceOf(Site.Turn.Leave.class);
        }
        now.addAndGet(31 * SECOND);
        assertThat(site.resting()).isZero();
        assertThat(add(site, 100)).isEqualTo(1);
        assertThat(site.restsAfter(SILENCE)).isTrue();
        assertThat(site.resting()).isEqualTo(Duration.ofSeconds(60));
        now.addAndGet(61 * SECOND);
        assertThat(site.succeeded()).isTrue();
        assertThat(site.resting()).isZero();
    }

    @Test
    void whoHasLostItsShareLeavesAlthoughMailWaits() {
        var site = site(LIMITS);
        int workers = add(site, 10);
        assertThat(site.isElsewhere(0)).isFalse();
        var ownership = new Ownership();
        ownership.own(Set.of(), 1);
        site.obey(LIMITS, ownership);
        assertThat(site.isWithinShare()).isFalse();
        for (int i = 0; i < workers; i++) {
            assertThat(site.isWithinShare()).isFalse();
            assertThat(take(site, true)).isInstanceOf(Site.Turn.Leave.class);
            // The worker's connection is still there.
            assertThat(site.isWithinShare()).isFalse();
            assertThat(site.gone()).isFalse();
        }
        assertThat(site.isWithinShare()).isTrue();
        assertThat(site.isElsewhere(0)).isTrue();
    }

    @Test
    void nobodyTakesThePlaceOfAConnectionThatHasNotEnded() {
        var site = site(new Limits(
                1, Optional.empty(), 500, Optional.empty(), 100, Duration.ofSeconds(5), TlsLevel.OPPORTUNISTIC));
        assertThat(add(site, 10)).isEqualTo(1);
        site.leave();
        assertThat(site.hire()).isFalse();
        assertThat(site.gone()).isTrue();
    }

    @Test
    void aRefusedConnectionBesideOthersThatAreStillBeingMadeIsNoReasonToRest() {
        var site = site(LIMITS);
        add(site, 100);
        site.trying(3);
        assertThat(site.restsAfter(SILENCE)).isFalse();
        site.trying(-3);
        assertThat(site.restsAfter(SILENCE)).isTrue();
    }

    @Test
    void howLongAnAccountWouldWaitIsToldByThePaceAndTheOthers() {
        var site = site(LIMITS);
        add(site, 1_000);
        for (int i = 0; i < 100; i++) {
            now.addAndGet(SECOND / 10);
            site.settledOne();
        }
        assertThat(site.ahead("account").time()).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(110));
        assertThat(site.ahead("another").time()).isZero();
    }

    @Test
    void whatIsSetAsideComesBackOneAfterTheOtherAsFastAsMayBe() {
        var site = site(LIMITS);
        add(site, 1_000);
        for (int i = 0; i < 600; i++) {
            now.addAndGet(SECOND / 10);
            site.settledOne();
        }
        // The pace would make it 100 seconds, but one minute of experience allows no longer estimate.
        assertThat(site.expectedTurn("account", 1, false)).isEqualTo(Duration.ofMinutes(1));
        for (int i = 0; i < 40_000; i++) {
            now.addAndGet(SECOND / 10);
            site.settledOne();
        }
        var first = site.expectedTurn("account", 1, false);
        assertThat(first).isEqualTo(site.ahead("account").longRun());
        for (int i = 0; i < 200; i++) {
            site.setAside("account", 1, true);
        }
        // Ten per second, and the optimistic estimate is twice as many.
        assertThat(site.expectedTurn("account", 1, false).minus(first))
                .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
        // Mail that has been set aside before comes before these.
        assertThat(site.expectedTurn("account", 1, true)).isEqualTo(first);
        site.setAside("account", 1, false);
        assertThat(site.expectedTurn("account", 1, true)).isBetween(first.plusMillis(90), first.plusMillis(110));
        site.isBack("account", 1, false);
        for (int i = 0; i < 100; i++) {
            site.isBack("account", 1, true);
        }
        assertThat(site.expectedTurn("account", 1, false).minus(first))
                .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(6));
        for (int i = 0; i < 100_000; i++) {
            site.setAside("account", 1, true);
        }
        assertThat(site.expectedTurn("account", 1, false)).isEqualTo(Duration.ofHours(1));
        // More urgent mail waits for none of these, nor does another account's.
        assertThat(site.expectedTurn("account", 0, false)).isZero();
        assertThat(site.expectedTurn("another", 1, false)).isZero();
        // Seconds of silence do not lengthen the long-run estimate; minutes do, by their own length.
        now.addAndGet(20 * SECOND);
        assertThat(site.ahead("account").time()).isGreaterThan(Duration.ofMinutes(50));
        assertThat(site.ahead("account").longRun()).isLessThan(Duration.ofMinutes(2));
        now.addAndGet(700 * SECOND);
        assertThat(site.expectedTurn("account", 1, false)).isEqualTo(Duration.ofMinutes(12));
    }
}
