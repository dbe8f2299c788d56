package io.milena.topics.kafka;

import io.milena.topics.RecordSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;

/**
 * The largest record of each topic, in octets: {@code max.message.bytes} of the brokers, but never more than a producer
 * sends. Each topic is asked about once, until {@link #forget()}. Thread-safe; blocks while it asks, and throws a
 * {@link KafkaException} if no broker answers.
 */
public final class RecordLimits {
    private static final Logger LOG = Logger.getLogger(RecordLimits.class);
    private static final String SETTING = "max.message.bytes";
    private static final Duration ANSWER = Duration.ofSeconds(15);
    /**
     * A batch that any topic takes: if we may not ask about a topic, only single records can exceed its limit, and
     * those are refused at once.
     */
    private static final int SAFE_BATCH = 16 * 1024;

    private final Map<String, Object> clientConfig;
    private final Map<String, Integer> byTopic = new ConcurrentHashMap<>();
    private volatile boolean someUnknown;

    RecordLimits(Map<String, Object> clientConfig) {
        this(clientConfig, ANSWER);
    }

    /** {@code answer}: how long an answer may take, whatever the settings for clients are. */
    RecordLimits(Map<String, Object> clientConfig, Duration answer) {
        this.clientConfig = new HashMap<>(clientConfig);
        this.clientConfig.put("default.api.timeout.ms", (int) answer.toMillis());
        this.clientConfig.put("request.timeout.ms", (int) answer.dividedBy(2).toMillis());
    }

    /** The largest record of this topic. */
    public int of(String topic) {
        var known = byTopic.get(topic);
        return known != null ? known : ask(List.of(topic)).get(topic);
    }

    /** The largest record that all of these topics take. */
    public int smallest(Collection<String> topics) {
        return ask(topics).values().stream().mapToInt(Integer::intValue).min().orElse(KafkaClients.LARGEST_REQUEST);
    }

    /**
     * Octets of several records that may go to any topic together, as far as is known: a broker limits batches like
     * records.
     */
    int largestBatch() {
        return someUnknown ? SAFE_BATCH : smallestKnown();
    }

    private int smallestKnown() {
        return byTopic.values().stream()
                .mapToInt(limit -> limit)
                .filter(limit -> limit < KafkaClients.LARGEST_BATCH)
                .min()
                .orElse(KafkaClients.LARGEST_BATCH);
    }

    public boolean takes(ProducerRecord<byte[], byte[]> record) {
        return RecordSize.octets(record) <= of(record.topic());
    }

    /** Whether the topic takes the record by the brokers' present limit; called before a record is put aside. */
    public boolean takesNow(ProducerRecord<byte[], byte[]> record) {
        byTopic.remove(record.topic());
        return takes(record);
    }

    /** Forgets the limits, so that the brokers are asked again: a refusal shows that something has changed. */
    void forget() {
        byTopic.clear();
    }

    private Map<String, Integer> ask(Collection<String> topics) {
        var asked = new ArrayList<ConfigResource>();
        topics.forEach(topic -> asked.add(new ConfigResource(ConfigResource.Type.TOPIC, topic)));
        var limits = new HashMap<String, Integer>();
        try (var admin = Admin.create(clientConfig)) {
            for (var answer : admin.describeConfigs(asked).values().entrySet()) {
                var topic = answer.getKey().name();
                try {
                    var limit = answer.getValue().get().get(SETTING).value();
                    limits.put(topic, Math.min(Integer.parseInt(limit), KafkaClients.LARGEST_REQUEST));
                } catch (ExecutionException e) {
                    limits.put(topic, unknown(topic, e.getCause()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
        byTopic.putAll(limits);
        return limits;
    }

    /** If we have no right to ask, only a refusal by the broker tells. */
    private int unknown(String topic, Throwable why) {
        if (why instanceof AuthorizationException) {
            someUnknown = true;
            LOG.warnf(
                    "no right to read %s of %s (DescribeConfigs): assumed to be %d",
                    SETTING, topic, KafkaClients.LARGEST_REQUEST);
        } else if (!(why instanceof UnknownTopicOrPartitionException || why instanceof InvalidTopicException)) {
            throw new KafkaException("no broker says how large a record " + topic + " takes", why);
        }
        return KafkaClients.LARGEST_REQUEST;
    }
}
