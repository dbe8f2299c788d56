package io.milena.topics;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes the plain Kafka clients with the settings that the platform's promise rests on.
 *
 * @param base bootstrap servers and whatever the operator's Kafka needs (security …), given to every client
 */
public record KafkaClients(Map<String, Object> base) {
    public KafkaClients {
        base = Map.copyOf(base);
    }

    public static KafkaClients of(String bootstrapServers, Map<String, String> more) {
        var base = new HashMap<String, Object>(more);
        base.put("bootstrap.servers", bootstrapServers);
        return new KafkaClients(base);
    }

    /**
     * A producer whose acknowledgement means durable. One request in flight and no linger: what arrives during a forced write
     * rides on the next, so commits group themselves.
     */
    public KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        var config = new HashMap<>(base);
        config.put("acks", "all");
        config.put("enable.idempotence", true);
        config.put("max.in.flight.requests.per.connection", 1);
        config.put("linger.ms", 0);
        config.put("batch.size", 512 * 1024);
        config.put("buffer.memory", 64L * 1024 * 1024);
        config.put("max.request.size", 1024 * 1024);
        config.putAll(more);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A consumer that sees committed records only and commits nothing by itself. */
    public KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> more) {
        var config = new HashMap<>(base);
        config.put("isolation.level", "read_committed");
        config.put("enable.auto.commit", false);
        config.put("auto.offset.reset", "earliest");
        config.putAll(more);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
