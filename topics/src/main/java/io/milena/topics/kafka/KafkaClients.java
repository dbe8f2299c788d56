package io.milena.topics.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes the plain Kafka clients with the settings that durability depends on, and knows how large a record each topic
 * takes. Thread-safe. Open to subclasses so that a test can stand between a loop and its broker.
 */
public class KafkaClients {
    /**
     * Octets of the largest request, and so of the largest record, that a producer sends: a little less than a broker's
     * default limit.
     */
    public static final int LARGEST_REQUEST = 1024 * 1024;

    /** Octets of the batch that a producer sends to a partition if several records wait and all topics take as much. */
    static final int LARGEST_BATCH = 512 * 1024;

    private final Map<String, Object> base;
    private final Duration keepSettled;
    private final RecordLimits limits;

    /**
     * {@code base}: bootstrap servers and the settings that the operator's Kafka needs (security …), for every client;
     * {@code keepSettled}: for how long settled mail can still be looked at.
     */
    public KafkaClients(Map<String, Object> base, Duration keepSettled) {
        this.base = Map.copyOf(base);
        this.keepSettled = keepSettled;
        this.limits = new RecordLimits(this.base);
    }

    /** Clients with {@code more} settings, which keep settled mail for a day. */
    public static KafkaClients of(String bootstrapServers, Map<String, String> more) {
        return of(bootstrapServers, more, Duration.ofDays(1));
    }

    static KafkaClients of(String bootstrapServers, Map<String, String> more, Duration keepSettled) {
        var base = new HashMap<String, Object>(more);
        base.put("bootstrap.servers", bootstrapServers);
        return new KafkaClients(base, keepSettled);
    }

    public Map<String, Object> base() {
        return base;
    }

    Duration keepSettled() {
        return keepSettled;
    }

    /** How large a record each topic takes. */
    public RecordLimits limits() {
        return limits;
    }

    /**
     * A producer whose acknowledgement means that the record is durable. With one request in flight and no linger,
     * records that arrive during a forced write go together in the next one.
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

    /**
     * A consumer outside any group that only looks. Where the log does not have its position any more, it goes on at the
     * log's start. It closes at once.
     */
    public KafkaConsumer<byte[], byte[]> reader(Map<String, Object> more) {
        var config = new HashMap<>(more);
        config.put("auto.offset.reset", "earliest");
        return new Reader(consumerConfig(config));
    }

    /**
     * A consumer that leaves no group need not say that it goes: saying so waits half a second for the fetch under way,
     * and brokers forget its session by themselves.
     */
    private static final class Reader extends KafkaConsumer<byte[], byte[]> {
        Reader(Map<String, Object> config) {
            super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        @Override
        public void close() {
            close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    /**
     * A consumer that sees committed records only and commits nothing by itself. A position that the log does not have
     * is an exception, since to guess another one sends mail again or loses it; see {@link StartingPoints}.
     */
    public KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> more) {
        return new KafkaConsumer<>(consumerConfig(more), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    protected final Map<String, Object> consumerConfig(Map<String, Object> more) {
        var config = new HashMap<>(base);
        config.put("isolation.level", "read_committed");
        config.put("enable.auto.commit", false);
        config.put("auto.offset.reset", "none");
        config.putAll(more);
        return config;
    }
}
