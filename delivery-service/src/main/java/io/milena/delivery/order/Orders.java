package io.milena.delivery.order;

import io.milena.topics.CompactedView;
import io.milena.topics.Json;
import io.milena.topics.KafkaClients;
import io.milena.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** The orders in {@link Topics#ORDERS}, which every replica reads and any may write. Thread-safe. */
public final class Orders implements StandingOrders, AutoCloseable {
    private static final int WRITE_SECONDS = 10;
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(2);

    private final Clock clock;
    private final CompactedView<Order> view;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, Order> byId = new ConcurrentHashMap<>();
    private final AtomicInteger changes = new AtomicInteger();
    /** Most messages meet none at all. */
    private volatile List<Order> inOrder = List.of();

    public Orders(KafkaClients clients, Clock clock) {
        this.clock = clock;
        this.producer =
                clients.producer(Map.of("client.id", "orders", "buffer.memory", 1024L * 1024, "max.block.ms", 5_000));
        this.view = new CompactedView<>(clients, Topics.ORDERS, Order.class, this::changed);
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

    /** Returns when it is written; what was there of the same id is replaced. Blocks; a {@link KafkaException} if it cannot be. */
    public void give(Order order) {
        write(order.id(), Json.write(order));
        awaitSeen(() -> order.equals(byId.get(order.id())));
    }

    /** Returns when that is written. */
    public void withdraw(String id) {
        write(id, null);
        awaitSeen(() -> !byId.containsKey(id));
    }

    /** Who gives an order sees it hold, here at least. */
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

    // A null value is what takes an entry out of a compacted topic.
    @SuppressWarnings("NullAway")
    private void write(String id, byte[] value) {
        try {
            producer.send(new ProducerRecord<>(Topics.ORDERS, id.getBytes(StandardCharsets.UTF_8), value))
                    .get(WRITE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("the order could not be written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    /** Takes those out of the topic that are over. */
    public void forgetPast() {
        var now = clock.instant();
        inOrder.stream().filter(order -> !order.holdsAt(now)).forEach(order -> withdraw(order.id()));
    }

    @Override
    public void close() {
        view.close();
        producer.close();
    }
}
