package io.milena.delivery.order;

import io.milena.topics.Json;
import io.milena.topics.Topics;
import io.milena.topics.kafka.CompactedView;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.ServiceHealth;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;

/** The orders in {@link Topics#ORDERS}, which every replica reads and any may write. Thread-safe. */
public final class Orders implements StandingOrders, AutoCloseable {
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(2);

    private final Clock clock;
    private final CompactedView<Order> view;
    private final Announcer announcer;
    private final Map<String, Order> byId = new ConcurrentHashMap<>();
    private final AtomicInteger changes = new AtomicInteger();
    /** Usually empty. */
    private volatile List<Order> inOrder = List.of();

    public Orders(KafkaClients clients, ServiceHealth health, Clock clock) {
        this.clock = clock;
        this.announcer = new Announcer(clients, Topics.ORDERS);
        this.view = new CompactedView<>(clients, health, Topics.ORDERS, Order.class, this::changed);
    }

    public void start() {
        view.start();
    }

    private void changed(String id, Optional<Order> order) {
        order.ifPresentOrElse(now -> byId.put(id, now), () -> byId.remove(id));
        inOrder = byId.values().stream()
                .sorted(Comparator.comparing(Order::from).thenComparing(Order::id))
                .toList();
        changes.incrementAndGet();
    }

    @Override
    public int changes() {
        return changes.get();
    }

    @Override
    public List<Order> active() {
        var all = inOrder;
        if (all.isEmpty()) {
            return all;
        }
        var now = clock.instant();
        return all.stream().filter(order -> order.holdsAt(now)).toList();
    }

    /**
     * Returns when it is written; replaces an order with its id. Blocks; throws a {@link KafkaException} if it cannot
     * be written.
     */
    public void give(Order order) {
        announcer.announce(order.id(), Json.write(order));
        awaitSeen(() -> order.equals(byId.get(order.id())));
    }

    /** Returns when the withdrawal is written. */
    public void withdraw(String id) {
        announcer.takeBack(id);
        awaitSeen(() -> !byId.containsKey(id));
    }

    /** Waits until the order is in force, at least on this replica. */
    private static void awaitSeen(BooleanSupplier seen) {
        long end = System.nanoTime() + SEEN_WITHIN.toNanos();
        try {
            while (!seen.getAsBoolean() && System.nanoTime() - end < 0) {
                Thread.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Removes orders that have ended from the topic. */
    public void forgetPast() {
        var now = clock.instant();
        inOrder.stream().filter(order -> !order.holdsAt(now)).forEach(order -> withdraw(order.id()));
    }

    @Override
    public void close() {
        view.close();
        announcer.close();
    }
}
