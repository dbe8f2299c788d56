package io.milena.delivery.order;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.milena.topics.Json;
import io.milena.topics.Topics;
import io.milena.topics.kafka.CompactedView;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.ServiceHealth;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The flushes in {@link Topics#FLUSHES}, which every replica reads and any may write. Thread-safe. */
public final class Flushes implements AutoCloseable {
    /**
     * For this long a flush may not have been served everywhere. A replica that takes over a partition serves it again,
     * and finds only mail that was deferred since.
     */
    public static final Duration LASTING = Duration.ofMinutes(10);

    private static final Duration REMEMBERED = Duration.ofHours(1);
    private static final int SITES_KNOWN = 10_000;

    private final Clock clock;
    private final CompactedView<Flush> view;
    private final Announcer announcer;
    private final Map<String, Heard> heard = new ConcurrentHashMap<>();
    private final Cache<String, Long> bySite = Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED)
            .maximumSize(SITES_KNOWN)
            .build();
    private volatile boolean following;

    /** When this replica heard of it, by {@link System#nanoTime()}. */
    private record Heard(Flush flush, Instant until, long at) {}

    public Flushes(KafkaClients clients, ServiceHealth health, Clock clock) {
        this.clock = clock;
        this.announcer = new Announcer(clients, Topics.FLUSHES);
        this.view = new CompactedView<>(clients, health, Topics.FLUSHES, Flush.class, this::changed);
    }

    public void start() {
        view.start();
        following = true;
    }

    private void changed(String id, Optional<Flush> flush) {
        var now = clock.instant();
        flush.flatMap(given -> given.selector().site()).ifPresent(site -> bySite.put(site, System.nanoTime()));
        // A record that comes while we follow is new, whatever its writer's clock says.
        flush.ifPresentOrElse(
                given -> heard.putIfAbsent(
                        id,
                        new Heard(
                                given,
                                (following || given.at().isAfter(now) ? now : given.at()).plus(LASTING),
                                System.nanoTime())),
                () -> heard.remove(id));
    }

    /** Flushes that may not have been served everywhere, the oldest first. */
    public List<Flush> current() {
        if (heard.isEmpty()) {
            return List.of();
        }
        var now = clock.instant();
        return heard.values().stream()
                .filter(one -> now.isBefore(one.until()))
                .sorted(Comparator.comparing(Heard::until))
                .map(Heard::flush)
                .toList();
    }

    /**
     * The orders without those that a flush says are withdrawn: it may be heard before the withdrawal, and the mail that
     * it brings back must not be held by the order once more.
     */
    public StandingOrders without(StandingOrders orders) {
        return new StandingOrders() {
            @Override
            public List<Order> active() {
                var active = orders.active();
                return heard.isEmpty() || active.isEmpty()
                        ? active
                        : active.stream().filter(order -> !isWithdrawn(order)).toList();
            }

            @Override
            public int changes() {
                return orders.changes();
            }
        };
    }

    private boolean isWithdrawn(Order order) {
        return heard.values().stream()
                .anyMatch(one ->
                        one.flush().withdrawn().filter(order.id()::equals).isPresent());
    }

    /** When this replica heard of the last flush that selects such mail, by {@link System#nanoTime()}. */
    public Optional<Long> lastAbout(Subject subject) {
        var now = clock.instant();
        return heard.values().stream()
                .filter(one -> now.isBefore(one.until()) && one.flush().fits(subject))
                .map(Heard::at)
                .reduce((one, other) -> one - other > 0 ? one : other);
    }

    /**
     * When this replica heard of the last flush of this site, by {@link System#nanoTime()}; empty if that was more than
     * an hour ago.
     */
    public OptionalLong lastOfSite(String site) {
        var last = bySite.getIfPresent(site);
        return last == null ? OptionalLong.empty() : OptionalLong.of(last);
    }

    /** A flush as a record, to be written in a transaction. */
    public static ProducerRecord<byte[], byte[]> record(Flush flush) {
        return new ProducerRecord<>(Topics.FLUSHES, flush.id().getBytes(StandardCharsets.UTF_8), Json.write(flush));
    }

    /** Returns when it is written. Blocks; throws a {@link org.apache.kafka.common.KafkaException} if it cannot be. */
    public void give(Flush flush) {
        announcer.announce(flush.id(), Json.write(flush));
    }

    /** Removes served flushes from the topic. */
    public void forgetPast() {
        var now = clock.instant();
        heard.forEach((id, one) -> {
            if (!now.isBefore(one.until())) {
                announcer.takeBack(id);
            }
        });
    }

    @Override
    public void close() {
        view.close();
        announcer.close();
    }
}
