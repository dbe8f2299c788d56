package io.milena.delivery.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.delivery.DeferredMail;
import io.milena.delivery.TestBroker;
import io.milena.delivery.dns.FakeDns;
import io.milena.delivery.dns.NetworkPolicy;
import io.milena.delivery.order.Flush;
import io.milena.delivery.order.Flushes;
import io.milena.delivery.order.GivenOrders;
import io.milena.delivery.order.Selector;
import io.milena.delivery.outcome.DeliveryLog;
import io.milena.delivery.progress.Backlog;
import io.milena.delivery.route.MailExchangers;
import io.milena.delivery.route.Routes;
import io.milena.delivery.shaping.ShapingSource;
import io.milena.delivery.site.Sites;
import io.milena.delivery.site.SuspendSettings;
import io.milena.delivery.tlsreport.SteppedClock;
import io.milena.topics.MailRecord;
import io.milena.topics.Retrying;
import io.milena.topics.Topics;
import io.milena.topics.kafka.GroupMember;
import io.milena.topics.kafka.LoopHealth;
import io.milena.topics.kafka.ServiceHealth;
import io.milena.topics.kafka.Transactor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * The tiers on a real broker: due mail comes back, flushed mail comes back at once, and each message comes back once.
 */
class TierLoopTest {
    private static final Duration TIER = Duration.ofMinutes(1);
    private static final Duration LONG_TIER = Duration.ofHours(1);

    private final SteppedClock clock = new SteppedClock("2026-11-24T12:00:00Z");
    private final Instant due = clock.instant().plus(Duration.ofHours(1));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /** One replica. */
    private final class Replica implements AutoCloseable {
        private final Flushes flushes;
        private final Backlog backlog;
        private final TierLoop loop;

        private Replica(TestBroker broker, GroupMember member) {
            var clients = broker.clients();
            flushes = new Flushes(clients, new ServiceHealth("test", new SimpleMeterRegistry()), clock);
            flushes.start();
            backlog = new Backlog(clients.base(), meters);
            loop = new TierLoop(
                    clients,
                    member,
                    flushes,
                    whereabouts(),
                    new DeliveryLog(meters),
                    backlog,
                    new LoopHealth(TierLoop.DUTY),
                    clock);
            loop.start();
        }

        private Replica(TestBroker broker) {
            this(broker, GroupMember.of(Optional.empty()));
        }

        private void flush(Selector selector) {
            flushes.give(new Flush("f-" + selector, selector, Optional.empty(), "a test", clock.instant()));
        }

        @Override
        public void close() {
            loop.close();
            flushes.close();
            backlog.close();
        }
    }

    @Test
    void whatAFlushMeansComesBackFromTheMiddleOfATierAndTheRestWhenItIsDue() throws Exception {
        try (var broker = TestBroker.fresh();
                var mail = new DeferredMail(broker.clients())) {
            mail.put(TIER, mail("m0", "one"), mail("m1", "two"), mail("m2", "two"), mail("m3", "one"));
            mail.put(TIER, mail("m4", "two"), mail("m5", "one"));
            try (var replica = new Replica(broker)) {
                replica.flush(domain("two"));
                assertThat(mail.awaitBack(3)).containsExactly("m1", "m2", "m4");

                clock.set(due);

                assertThat(mail.awaitBack(6)).containsExactly("m1", "m2", "m4", "m0", "m3", "m5");
            }
        }
    }

    @Test
    void whatWasFlushedIsNotSentAgainByWhoComesNextThoughItServesTheFlushAgain() throws Exception {
        try (var broker = TestBroker.fresh();
                var mail = new DeferredMail(broker.clients())) {
            mail.put(TIER, mail("m0", "one"), mail("m1", "two"), mail("m2", "one"), mail("m3", "two"));
            try (var first = new Replica(broker)) {
                first.flush(domain("two"));
                mail.awaitBack(2);
            }
            mail.put(TIER, mail("m4", "two"), mail("m5", "three"));
            try (var second = new Replica(broker)) {
                // Deferred since the flush, and found when it is served again.
                assertThat(mail.awaitBack(3)).containsExactly("m1", "m3", "m4");
                clock.goOn(Flushes.LASTING);
                second.flush(domain("three"));
                assertThat(mail.awaitBack(4)).containsExactly("m1", "m3", "m4", "m5");
            }
            clock.set(due);
            try (var third = new Replica(broker)) {
                assertThat(mail.awaitBack(6)).containsExactly("m1", "m3", "m4", "m5", "m0", "m2");
                // No message that had left comes after it.
                mail.put(TIER, mail("m6", "one"));
                assertThat(mail.awaitBack(7)).hasSize(7).endsWith("m6");
            }
        }
    }

    @Test
    void eachSelectorMeansItsMailInAllTiersAndOneThatMeansNoneDoesNothing() throws Exception {
        try (var broker = TestBroker.fresh();
                var mail = new DeferredMail(broker.clients());
                var producer = broker.clients().producer(Map.of())) {
            mail.put(TIER, mail("m0", "one"), mail("m1", "two"), mail("m2", "one"));
            mail.put(LONG_TIER, mail("m3", "one"), mail("m4", "hosted"), mail("m5", "mx"));
            producer.send(new ProducerRecord<>(Topics.deferred(TIER), new byte[] {1}, new byte[] {2}))
                    .get();
            mail.put(TIER, mail("m6", "one"));
            var scheduled = DeferredMail.mail("m7", "account", "one", due, Optional.of(due));
            mail.put(TIER, scheduled, mail("m8", "mx"));
            try (var replica = new Replica(broker)) {
                replica.flush(domain("nowhere"));
                replica.flush(selector(Optional.of("m2"), Optional.empty(), Optional.empty()));
                assertThat(mail.awaitBack(1)).containsExactly("m2");
                replica.flush(selector(Optional.empty(), Optional.of("tag-of-m6"), Optional.empty()));
                assertThat(mail.awaitBack(2)).containsExactly("m2", "m6");
                // By its route, without DNS.
                replica.flush(selector(Optional.empty(), Optional.empty(), Optional.of("relay.example")));
                assertThat(mail.awaitBack(3)).containsExactly("m2", "m6", "m4");
                replica.flush(selector(Optional.empty(), Optional.empty(), Optional.of("mx.example.com")));
                assertThat(mail.awaitBack(5)).hasSize(5).contains("m5", "m8");
                replica.flush(account("account"));
                assertThat(mail.awaitBack(8)).hasSize(8).contains("m0", "m1", "m3");

                clock.set(due);

                assertThat(mail.awaitBack(9)).hasSize(9).endsWith("m7");
            }
            assertThat(meters.counter("milena.delivery.dead.letters").count()).isEqualTo(1);
        }
    }

    @Test
    void aFlushThatNamesASourceMeansMailThatNoSourceMaySend() throws Exception {
        try (var broker = TestBroker.fresh();
                var mail = new DeferredMail(broker.clients())) {
            var blocked = mail("blocked", "one");
            var told = Optional.of(Retrying.forSource("a"));
            mail.put(TIER, mail("other", "one"), mail("elsewhere", "two"));
            mail.put(
                    TIER,
                    new MailRecord(blocked.envelope().withWaitTold(told), blocked.content()),
                    new MailRecord(mail("elsewhere2", "two").envelope().withWaitTold(told), blocked.content()));
            try (var replica = new Replica(broker)) {
                replica.flush(new Selector(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("one"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("a1")));
                assertThat(mail.awaitBack(1)).containsExactly("blocked");
            }
        }
    }

    @Test
    void whatIsDueBeforeItsTierIsOverComesBackThenUnlessAnotherStandsBeforeIt() throws Exception {
        try (var broker = TestBroker.fresh();
                var mail = new DeferredMail(broker.clients())) {
            var soon = clock.instant().plusSeconds(2);
            mail.put(TIER, dueAt("m0", soon), mail("m1", "one"), dueAt("m2", soon));
            mail.put(LONG_TIER, dueAt("m3", soon));
            try (var replica = new Replica(broker)) {
                clock.set(soon);
                assertThat(mail.awaitBack(2)).containsExactlyInAnyOrder("m0", "m3");
                clock.set(due);
                assertThat(mail.awaitBack(4)).hasSize(4).endsWith("m1", "m2");
            }
        }
    }

    @Test
    void onItsWayThroughTiersMailIsHeldOnButNotOnceItIsFlushed() throws Exception {
        try (var broker = TestBroker.fresh();
                var mail = new DeferredMail(broker.clients())) {
            var retry = due.plus(Duration.ofHours(2));
            mail.put(TIER, onItsWay(mail("m0", "one"), retry), onItsWay(mail("m1", "two"), retry));
            try (var replica = new Replica(broker)) {
                replica.flush(domain("two"));
                mail.awaitBack(1);
                clock.set(due);
                assertThat(mail.awaitBack(2)).containsExactly("m1", "m0");
            }
            assertThat(mail.envelope("m1").triedFrom()).isEmpty();
            assertThat(mail.envelope("m0").triedFrom()).contains(retry);
        }
    }

    private static MailRecord dueAt(String id, Instant due) {
        return DeferredMail.mail(id, "account", "one", due, Optional.empty());
    }

    private MailRecord onItsWay(MailRecord mail, Instant retry) {
        return new MailRecord(mail.envelope().deferredUntil(due, retry, false), mail.content());
    }

    @Test
    void overSeveralPartitionsAndReplicasThatComeAndGoEachMessageComesBackOnce() throws Exception {
        int messages = 20_000;
        try (var broker = TestBroker.fresh(4);
                var mail = new DeferredMail(broker.clients())) {
            mail.put(IntStream.range(0, messages)
                    .mapToObj(i -> {
                        var account = i / 100 % 2 == 0 ? "even" : "odd";
                        return DeferredMail.in(
                                TIER, DeferredMail.mail("m" + i, account, "d" + i % 7, due, Optional.empty()));
                    })
                    .toList());
            var replicas = new ArrayList<Replica>();
            try {
                replicas.add(new Replica(broker));
                replicas.add(new Replica(broker));
                replicas.getFirst().flush(account("odd"));
                mail.awaitBack(100);
                // During the flush one replica comes and one goes.
                replicas.add(new Replica(broker));
                replicas.removeFirst().close();
                assertThat(mail.awaitBack(messages / 2))
                        .hasSize(messages / 2)
                        .allMatch(id -> Integer.parseInt(id.substring(1)) / 100 % 2 == 1);

                clock.set(due);

                assertThat(mail.awaitBack(messages)).hasSize(messages).doesNotHaveDuplicates();
            } finally {
                replicas.forEach(Replica::close);
            }
        }
    }

    @Test
    void whoIsReplacedInTheMiddleOfAFlushHasMovedNothingTwice() throws Exception {
        int messages = 3000;
        var member = GroupMember.of(Optional.of("pod-0"));
        try (var broker = TestBroker.fresh();
                var mail = new DeferredMail(broker.clients())) {
            mail.put(IntStream.range(0, messages)
                    .mapToObj(i -> DeferredMail.in(TIER, mail("m" + i, "d" + i / 50 % 2)))
                    .toList());
            try (var hung = new Replica(broker, member)) {
                hung.flush(domain("d1"));
                mail.awaitBack(1);
                // A restarted pod, whose old process still runs.
                try (var replica = new Replica(broker, member)) {
                    mail.awaitBack(messages / 4);
                    hung.close();
                    assertThat(mail.awaitBack(messages / 2)).hasSize(messages / 2);
                    clock.set(due);
                    assertThat(mail.awaitBack(messages)).hasSize(messages).doesNotHaveDuplicates();
                }
            }
        }
    }

    @Test
    void whatCanNotBeCommittedIsDoneAgain() throws Exception {
        var member = GroupMember.of(Optional.of("pod-0"));
        try (var broker = TestBroker.fresh();
                var mail = new DeferredMail(broker.clients());
                var other =
                        new Transactor(broker.clients(), member.transactionalId("deferred"), new LoopHealth("other"))) {
            mail.put(TIER, mail("m0", "one"), mail("m1", "two"), mail("m2", "one"));
            try (var replica = new Replica(broker, member)) {
                replica.flush(domain("two"));
                assertThat(mail.awaitBack(1)).containsExactly("m1");
                // A producer with an equal name fences the other.
                assertThat(other.commit(List.of(), Map.of(), new ConsumerGroupMetadata("none")))
                        .isTrue();

                clock.set(due);

                assertThat(mail.awaitBack(3)).containsExactly("m1", "m0", "m2");
            }
        }
    }

    @Test
    void headsThatAreDueAreServedWhileAFlushReads() throws Exception {
        int messages = 20_000;
        try (var broker = TestBroker.fresh();
                var mail = new DeferredMail(broker.clients())) {
            var soon = clock.instant().plus(Duration.ofSeconds(10));
            mail.put(TIER, DeferredMail.mail("head", "account", "one", soon, Optional.empty()));
            mail.put(IntStream.range(0, messages)
                    .mapToObj(i -> DeferredMail.in(TIER, mail("m" + i, "two")))
                    .toList());
            try (var replica = new Replica(broker)) {
                replica.flush(domain("two"));
                // The loop reads the clock once between two steps of the flush, of which there are forty.
                clock.setAfter(8, soon);

                var all = mail.awaitBack(messages + 1);
                assertThat(all).hasSize(messages + 1).doesNotHaveDuplicates();
                assertThat(all.indexOf("head")).isLessThan(messages);
            }
        }
    }

    @Test
    void whereTheMetadataIsFullWhatIsBeforeComesBackTooAndNothingFlushedWaits() throws Exception {
        int messages = 6000;
        try (var broker = TestBroker.fresh();
                var mail = new DeferredMail(broker.clients())) {
            mail.put(IntStream.range(0, messages)
                    .mapToObj(i -> DeferredMail.in(TIER, mail("m" + i, "d" + i % 2)))
                    .toList());
            mail.put(LONG_TIER, mail("last", "d1"));
            try (var replica = new Replica(broker)) {
                replica.flush(domain("d1"));
                var flushed = Stream.concat(
                                IntStream.range(0, messages / 2).mapToObj(i -> "m" + (2 * i + 1)), Stream.of("last"))
                        .toList();
                assertThat(mail.awaitBack(flushed)).containsAll(flushed);
            }
            try (var replica = new Replica(broker)) {
                clock.set(due);
                var all = mail.awaitBack(messages + 1);
                assertThat(all).hasSize(messages + 1).doesNotHaveDuplicates();
            }
            var tier = new TopicPartition(Topics.deferred(TIER), 0);
            try (KafkaConsumer<byte[], byte[]> group =
                    broker.clients().consumer(Map.of("group.id", "milena-deferred"))) {
                var committed = group.committed(Set.of(tier)).get(tier);
                assertThat(committed.metadata()).isEmpty();
            }
        }
    }

    private MailRecord mail(String id, String domain) {
        return DeferredMail.mail(id, "account", domain, due, Optional.empty());
    }

    private static Selector domain(String name) {
        return new Selector(
                Optional.empty(),
                Optional.empty(),
                Optional.of(name),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Selector account(String id) {
        return new Selector(
                Optional.empty(),
                Optional.of(id),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Selector selector(Optional<String> message, Optional<String> tag, Optional<String> site) {
        return new Selector(message, Optional.empty(), Optional.empty(), site, tag, Optional.empty());
    }

    private static SiteLookup whereabouts() {
        var dns = new FakeDns().mx("mx", 10, "mx.example.com");
        var sites = new Sites(
                new ShapingSource(Optional.empty()),
                new MailExchangers(dns, new NetworkPolicy(List.of()), new Random(1), 25, "mta.example.org"),
                new GivenOrders(),
                new SuspendSettings() {
                    @Override
                    public Duration first() {
                        return Duration.ofSeconds(1);
                    }

                    @Override
                    public Duration max() {
                        return Duration.ofSeconds(2);
                    }
                });
        return new SiteLookup(new Routes(List.of("hosted=relay.example")), sites);
    }
}
