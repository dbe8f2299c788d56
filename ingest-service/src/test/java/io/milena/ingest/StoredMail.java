package io.milena.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.milena.topics.MailRecord;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads back what ingest stored: one reader for each broker, so that nothing is read for each test again. Its consumers
 * have no threads, and end with the JVM. Not thread-safe.
 */
public final class StoredMail {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, StoredMail> BY_BROKER = new HashMap<>();

    /** A message as it is on its topic. */
    public record Stored(String topic, String key, JsonNode envelope, MailRecord mail, byte[] content) {
        /** As the {@code .accepted.json} files have it. */
        ObjectNode json() {
            return JSON.createObjectNode()
                    .put("topic", topic)
                    .put("key", key)
                    .put("content", new String(content, StandardCharsets.ISO_8859_1))
                    .set("envelope", envelope);
        }
    }

    private final KafkaConsumer<byte[], byte[]> mail;
    private final KafkaConsumer<byte[], byte[]> bodies;
    private final Map<String, Stored> byId = new HashMap<>();

    private StoredMail(String bootstrapServers) {
        var clients = KafkaClients.of(bootstrapServers, Map.of());
        // A question for the ends stands behind a fetch that waits for records.
        mail = clients.reader(Map.of("fetch.max.wait.ms", 10));
        bodies = clients.reader(Map.of("max.poll.records", 1));
        mail.assign(List.of(
                new TopicPartition(Topics.OUTBOUND, 0),
                new TopicPartition(Topics.ACCEPTED, 0),
                new TopicPartition(Topics.RETURNED, 0)));
    }

    public static StoredMail at(String bootstrapServers) {
        return BY_BROKER.computeIfAbsent(bootstrapServers, StoredMail::new);
    }

    /** The message of this id; it has been acknowledged, so it is there. */
    public Stored get(String id) {
        readAll();
        if (!byId.containsKey(id)) {
            throw new AssertionError("no record of " + id);
        }
        return byId.get(id);
    }

    /** How many messages there are now. */
    int count() {
        readAll();
        return byId.size();
    }

    private void readAll() {
        var ends = mail.endOffsets(mail.assignment());
        while (ends.entrySet().stream().anyMatch(end -> mail.position(end.getKey()) < end.getValue())) {
            mail.poll(Duration.ofMillis(100)).forEach(this::add);
        }
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        try {
            var read = MailRecord.from(record);
            byId.put(
                    read.envelope().id(),
                    new Stored(
                            record.topic(),
                            new String(record.key(), StandardCharsets.UTF_8),
                            JSON.readTree(
                                    record.headers().lastHeader("envelope").value()),
                            read,
                            content(read)));
        } catch (IOException e) {
            throw new AssertionError("a record that cannot be read", e);
        }
    }

    private byte[] content(MailRecord read) {
        if (read.envelope().content().body().isEmpty()) {
            return read.content();
        }
        var content = new ByteArrayOutputStream();
        content.writeBytes(read.content());
        var body = read.envelope().content().body().get();
        var partition = new TopicPartition(Topics.BODIES, body.partition());
        bodies.assign(List.of(partition));
        for (long offset : body.offsets()) {
            bodies.seek(partition, offset);
            var chunk = bodies.poll(Duration.ofSeconds(10)).records(partition).getFirst();
            content.writeBytes(chunk.value());
        }
        return content.toByteArray();
    }
}
