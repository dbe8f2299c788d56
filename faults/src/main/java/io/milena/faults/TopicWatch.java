package io.milena.faults;

import io.milena.topics.Directory;
import io.milena.topics.Json;
import io.milena.topics.Outcome;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads outcomes, dead letters and suppressed addresses into the ledger, from their beginning, on a thread of its own. */
final class TopicWatch implements AutoCloseable {
    private final Thread reader;
    private volatile boolean closing;

    private TopicWatch(KafkaClients kafka, Ledger ledger) {
        reader = Thread.ofPlatform().name("topics").start(() -> follow(kafka, ledger));
    }

    static TopicWatch begin(KafkaClients kafka, Ledger ledger) {
        return new TopicWatch(kafka, ledger);
    }

    private void follow(KafkaClients kafka, Ledger ledger) {
        try (KafkaConsumer<byte[], byte[]> consumer = kafka.reader(Map.of())) {
            var partitions = Stream.of(Topics.OUTCOMES, Topics.DEAD_LETTERS, Topics.SUPPRESSIONS)
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!closing) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> note(record, ledger));
            }
        }
    }

    private static void note(ConsumerRecord<byte[], byte[]> record, Ledger ledger) {
        if (record.topic().equals(Topics.DEAD_LETTERS)) {
            ledger.deadLetter(new String(record.value(), StandardCharsets.UTF_8));
            return;
        }
        if (record.topic().equals(Topics.SUPPRESSIONS)) {
            ledger.published(
                    Json.read(record.value(), Directory.Suppression.class).address());
            return;
        }
        var outcome = Json.read(record.value(), Outcome.class);
        if (outcome.type().terminal()) {
            // Our own time: the writer's clock may have been stepped.
            ledger.note(new End(outcome.id(), outcome.recipient(), outcome.type(), Instant.now()));
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
