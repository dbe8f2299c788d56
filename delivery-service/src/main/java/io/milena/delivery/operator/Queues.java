package io.milena.delivery.operator;

import io.milena.topics.CompactedView;
import io.milena.topics.Json;
import io.milena.topics.KafkaClients;
import io.milena.topics.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What all replicas hold: each tells it in {@link Topics#QUEUE_STATES} every two seconds, and hears the others there, so that any can be asked. Thread-safe. */
@ApplicationScoped
public class Queues implements AutoCloseable {
    private static final Duration TOLD_EVERY = Duration.ofSeconds(2);
    /** Who has said nothing for so long is gone. */
    private static final Duration HEARD_WITHIN = Duration.ofSeconds(15);

    private final Clock clock = Clock.systemUTC();
    private final Map<String, ReplicaState> byInstance = new ConcurrentHashMap<>();
    private final Started<Parts> parts = new Started<>();

    private record Parts(CompactedView<ReplicaState> view, KafkaProducer<byte[], byte[]> producer, Thread teller) {}

    /** To be called once, when the topics are there. {@code own} is asked from a thread of its own. */
    public void start(KafkaClients clients, Supplier<ReplicaState> own) {
        var view = new CompactedView<>(clients, Topics.QUEUE_STATES, ReplicaState.class, this::heard);
        view.start();
        var producer =
                clients.producer(Map.of("client.id", "queue-states", "buffer.memory", 2L * 1024 * 1024, "acks", "all"));
        var teller = Thread.ofVirtual().name("queue-states").start(() -> tell(producer, own));
        parts.with(new Parts(view, producer, teller));
    }

    private void heard(String instance, Optional<ReplicaState> state) {
        state.ifPresentOrElse(now -> byInstance.put(instance, now), () -> byInstance.remove(instance));
        byInstance.values().removeIf(told -> isPast(told));
    }

    private boolean isPast(ReplicaState state) {
        return state.at().isBefore(clock.instant().minus(HEARD_WITHIN));
    }

    private static void tell(KafkaProducer<byte[], byte[]> producer, Supplier<ReplicaState> own) {
        try {
            while (true) {
                Thread.sleep(TOLD_EVERY);
                var state = own.get();
                // What is not told now is told in two seconds.
                producer.send(new ProducerRecord<>(
                        Topics.QUEUE_STATES, state.instance().getBytes(StandardCharsets.UTF_8), Json.write(state)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Those that have been heard of lately. */
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
            now.teller().interrupt();
            now.view().close();
            now.producer().close(Duration.ofSeconds(1));
        });
    }
}
