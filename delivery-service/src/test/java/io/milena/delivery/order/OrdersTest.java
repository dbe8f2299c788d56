package io.milena.delivery.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.delivery.TestBroker;
import io.milena.delivery.tlsreport.SteppedClock;
import io.milena.topics.kafka.ServiceHealth;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Orders on a real broker, given at one replica and obeyed at another. */
class OrdersTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final Subject SUBJECT = new Subject("id1", "acme", "example.com", "big", "news", "eu-1");
    private static TestBroker broker;
    private final SteppedClock clock = new SteppedClock(NOON.toString());

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.fresh();
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    private static Order suspend(String id, Instant from, Optional<Instant> until, Selector selector) {
        return new Order(id, Order.Action.SUSPEND, selector, Optional.empty(), "a test", "me", from, until);
    }

    private static Selector domain(String domain) {
        return new Selector(
                Optional.empty(),
                Optional.empty(),
                Optional.of(domain),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void anOrderHoldsOnEveryReplicaAndAfterARestartUntilItIsOverOrWithdrawn() {
        try (var here = new Orders(broker.clients(), new ServiceHealth("test", new SimpleMeterRegistry()), clock);
                var there = new Orders(broker.clients(), new ServiceHealth("test", new SimpleMeterRegistry()), clock)) {
            here.start();
            there.start();
            here.give(suspend("one", NOON, Optional.of(NOON.plusSeconds(3600)), domain("example.com")));
            await().until(() ->
                    there.about(SUBJECT, Set.of(Order.Action.SUSPEND)).isPresent());
            assertThat(there.about(SUBJECT, Set.of(Order.Action.BOUNCE))).isEmpty();
            try (var restarted =
                    new Orders(broker.clients(), new ServiceHealth("test", new SimpleMeterRegistry()), clock)) {
                restarted.start();
                assertThat(restarted.active()).extracting(Order::id).contains("one");
                clock.goOn(Duration.ofHours(2));
                assertThat(restarted.active()).extracting(Order::id).doesNotContain("one");
                restarted.forgetPast();
            }
            here.give(suspend("two", NOON, Optional.empty(), domain("example.com")));
            await().until(() -> there.get("two").isPresent());
            there.withdraw("two");
            await().until(() -> here.get("two").isEmpty());
        }
    }

    @Test
    void allThatIsNamedHasToFitAndTheLastWordCounts() {
        try (var orders = new Orders(broker.clients(), new ServiceHealth("test", new SimpleMeterRegistry()), clock)) {
            orders.start();
            var at = Selector.at("big", Optional.of("eu-1"), Optional.of("acme"));
            orders.give(suspend("old", NOON, Optional.empty(), at));
            orders.give(suspend("new", NOON.plusSeconds(1), Optional.empty(), domain("example.com")));
            orders.give(suspend("other", NOON.plusSeconds(2), Optional.empty(), domain("example.org")));
            await().until(() -> orders.get("other").isPresent());
            assertThat(orders.about(SUBJECT, Set.of(Order.Action.SUSPEND)).map(Order::id))
                    .contains("new");
            orders.withdraw("new");
            await().until(() -> orders.get("new").isEmpty());
            assertThat(orders.about(SUBJECT, Set.of(Order.Action.SUSPEND)).map(Order::id))
                    .contains("old");
            assertThat(orders.about(
                            new Subject("id2", "other", "example.com", "big", "", "eu-1"),
                            Set.of(Order.Action.SUSPEND)))
                    .isEmpty();
            orders.withdraw("old");
            orders.withdraw("other");
        }
    }
}
