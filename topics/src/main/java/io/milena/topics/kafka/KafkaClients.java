package io.milena.topics.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes the plain Kafka clients with the settings that the platform's promise rests on, and knows how large a record each topic takes. Thread-safe. Open to
 * subclasses so that a test can stand between a loop and its broker.
 */
public class KafkaClients {
    /** Octets of the largest request, and so of the largest record, that a producer sends: what a broker takes by default, or a little less. */
    public static final int LARGEST_REQUEST = 1024 * 1024;

    /** Octets that a producer sends to a partition at a time where several records wait, if all topics take as much. */
    static final int LARGEST_BATCH = 512 * 1024;

    private final Map<String, Object> base;
    private final RecordLimits limits;

    /** {@code base}: bootstrap servers and whatever the operator's Kafka needs (security …), given to every client. */
    public KafkaClients(Map<String, Object> base) {
        this.base = Map.copyOf(base);
        this.limits = new RecordLimits(this.base);
    }

    public static KafkaClients of(String bootstrapServers, Map<String, String> more) {
        var base = new HashMap<String, Object>(more);
        base.put("bootstrap.servers", bootstrapServers);
        return new KafkaClients(base);
    }

    public Map<String, Object> base() {
        return base;
    }

    /** How large a record each topic takes. */
    public RecordLimits limits() {
        return limits;
    }

    /**
     * A producer whose acknowledgement means durable. One request in flight and no linger: what arrives during a forced write
     * rides on the next, so commits group themselves.
     */
    public KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        return new KafkaProducer<>(producerConfig(more), new ByteArraySerializer(), new ByteArraySerializer());
    }

    protected final Map<String, Object> producerConfig(Map<String, Object> more) {
        var config = new HashMap<>(base);
        config.put("acks", "all");
        config.put("enable.idempotence", true);
        config.put("max.in.flight.requests.per.connection", 1);
        config.put("linger.ms", 0);
        config.put("batch.size", limits.largestBatch());
        config.put("buffer.memory", 64L * 1024 * 1024);
        config.put("max.request.size", LARGEST_REQUEST);
        config.putAll(more);
        return config;
    }

    /** A consumer that sees committed records only and commits nothing by itself. */
    public KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> more) {
        return new KafkaConsumer<>(consumerConfig(more), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    protected final Map<String, Object> consumerConfig(Map<String, Object> more) {
        var config = new HashMap<>(base);
        config.put("isolation.level", "read_committed");
        config.put("enable.auto.commit", false);
        config.put("auto.offset.reset", "earliest");
        config.putAll(more);
        return config;
    }
}
