package io.milena.delivery.operator.queue;

import io.milena.delivery.operator.Started;
import io.milena.topics.Json;
import io.milena.topics.Topics;
import io.milena.topics.kafka.CompactedView;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.Regularly;
import io.milena.topics.kafka.ServiceHealth;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The queues of all replicas: each publishes its own in {@link Topics#QUEUE_STATES} every two seconds and reads the
 * others', so that any replica can answer. Thread-safe.
 */
@ApplicationScoped
public class Queues implements AutoCloseable {
    private static final Duration TOLD_EVERY = Duration.ofSeconds(2);
    /** A replica that has published nothing for this long is gone. */
    private static final Duration HEARD_WITHIN = Duration.ofSeconds(15);

    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);
    private final Map<String, ReplicaState> byInstance = new ConcurrentHashMap<>();
    private final Started<Parts> parts = new Started<>();

    private record Parts(CompactedView<ReplicaState> view, KafkaProducer<byte[], byte[]> producer, Regularly teller) {}

    /** Call once, when the topics exist. {@code own} is called on a separate thread. */
    public void start(KafkaClients clients, ServiceHealth health, Supplier<ReplicaState> own) {
        var view = new CompactedView<>(clients, health, Topics.QUEUE_STATES, ReplicaState.class, this::heard);
        view.start();
        var producer =
                clients.producer(Map.of("client.id", "queue-states", "buffer.memory", 2L * 1024 * 1024, "acks", "all"));
        var teller = new Regularly("queue-states", TOLD_EVERY, () -> tell(clients, producer, own.get()));
        parts.with(new Parts(view, producer, teller));
    }

    private void heard(String instance, Optional<ReplicaState> state) {
        state.ifPresentOrElse(now -> byInstance.put(instance, now), () -> byInstance.remove(instance));
        byInstance.values().removeIf(told -> isPast(told));
    }

    private boolean isPast(ReplicaState state) {
        return state.at().isBefore(clock.instant().minus(HEARD_WITHIN));
    }

    /**
     * Publishes the state; one that cannot be sent now is sent in two seconds. If it has too many sites, those with
     * most mail are sent.
     */
    private static void tell(KafkaClients clients, KafkaProducer<byte[], byte[]> producer, ReplicaState state) {
        var record = record(state);
        while (!clients.limits().takes(record) && !state.queues().isEmpty()) {
            state = state.withFirst(state.queues().size() / 2);
            record = record(state);
        }
        producer.send(record);
    }

    private static ProducerRecord<byte[], byte[]> record(ReplicaState state) {
        return new ProducerRecord<>(
                Topics.QUEUE_STATES, state.instance().getBytes(StandardCharsets.UTF_8), Json.write(state));
    }

    /** The replicas that published lately. */
    List<ReplicaState> replicas() {
        parts.get();
        return byInstance.values().stream()
                .filter(state -> !isPast(state))
                .sorted(Comparator.comparing(ReplicaState::instance))
                .toList();
    }

    @Override
    public void close() {
        parts.ifThere().ifPresent(now -> {
            now.teller().close();
            now.view().close();
            now.producer().close(Duration.ofSeconds(1));
        });
    }
}
