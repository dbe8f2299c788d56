package io.milena.stories.harness;

import io.milena.topics.Json;
import io.milena.topics.Outcome;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** A reader of {@code mail.outcomes}, like a report or a webhook: it knows that topic and nothing else. Thread-safe. */
public final class Outcomes implements AutoCloseable {
    private final List<Outcome> seen = new CopyOnWriteArrayList<>();
    private final Thread reader;
    private volatile boolean closing;

    private Outcomes(String bootstrapServers) {
        reader = Thread.ofPlatform().name("outcomes").start(() -> follow(bootstrapServers));
    }

    /** Follows the topic from its beginning. */
    public static Outcomes of(Platform platform) {
        return new Outcomes(platform.kafka());
    }

    /** The outcomes of one recipient of a message so far, in order. */
    public List<Outcome> of(String queueId, String recipient) {
        return seen.stream()
                .filter(outcome -> outcome.id().equals(queueId))
                .filter(outcome -> outcome.recipient().equals(recipient))
                .toList();
    }

    public List<Outcome> all() {
        return List.copyOf(seen);
    }

    /** Waits for an outcome of this type. */
    public Outcome await(String queueId, String recipient, Outcome.Type type) {
        return Awaitility.await(type + " of " + queueId + " for " + recipient)
                .until(() -> first(queueId, recipient, type), Optional::isPresent)
                .orElseThrow();
    }

    /** Waits for the terminal outcome, of whichever type. */
    public Outcome awaitEnd(String queueId, String recipient) {
        return Awaitility.await("the end of " + queueId + " for " + recipient)
                .until(
                        () -> of(queueId, recipient).stream()
                                .filter(outcome -> outcome.type() != Outcome.Type.DEFERRED)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private Optional<Outcome> first(String queueId, String recipient, Outcome.Type type) {
        return of(queueId, recipient).stream()
                .filter(outcome -> outcome.type() == type)
                .findFirst();
    }

    private void follow(String bootstrapServers) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                KafkaClients.of(bootstrapServers, Map.of()).reader(Map.of())) {
            var partitions = consumer.partitionsFor(Topics.OUTCOMES).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!closing) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    seen.add(Json.read(record.value(), Outcome.class));
                }
            }
        }
    }

    @Override
    public void close() {
        closing = true;
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
