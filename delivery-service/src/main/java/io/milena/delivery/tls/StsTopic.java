package io.milena.delivery.tls;

import io.milena.topics.Json;
import io.milena.topics.Topics;
import io.milena.topics.kafka.CompactedView;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.ServiceHealth;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * Policies in {@link Topics#STS_POLICIES}, which all replicas read and write: the policy that was fetched last counts.
 * Thread-safe.
 */
public final class StsTopic implements StsPolicies.Store, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(StsTopic.class);

    private final CompactedView<StsPolicy> view;
    private final KafkaProducer<byte[], byte[]> producer;
    /** Policies that this replica fetched and that the topic does not show yet. */
    private final Map<String, StsPolicy> fetched = new ConcurrentHashMap<>();

    public StsTopic(KafkaClients clients, ServiceHealth health) {
        this.producer = clients.producer(Map.of("client.id", "sts-policies", "buffer.memory", 1024L * 1024));
        this.view = new CompactedView<>(
                clients, health, Topics.STS_POLICIES, StsPolicy.class, (domain, policy) -> fetched.remove(domain));
    }

    public void start() {
        view.start();
    }

    @Override
    public Optional<StsPolicy> get(String domain) {
        return Optional.ofNullable(fetched.get(domain)).or(() -> view.get(domain));
    }

    @Override
    public void put(StsPolicy policy) {
        fetched.put(policy.domain(), policy);
        // If it cannot be written, it stays in memory, and is fetched again after a restart.
        write(new ProducerRecord<>(Topics.STS_POLICIES, key(policy), Json.write(policy)));
    }

    /** Number of policies in the memory of this replica. */
    int values() {
        return view.values().size();
    }

    @Override
    public void removeEndedBefore(Instant time) {
        fetched.values().removeIf(policy -> !policy.validAt(time));
        // A tombstone takes a policy out of the memory of every replica.
        view.values().stream()
                .filter(policy -> !policy.validAt(time))
                .forEach(policy -> write(new ProducerRecord<>(Topics.STS_POLICIES, key(policy), null)));
    }

    private static byte[] key(StsPolicy policy) {
        return policy.domain().getBytes(StandardCharsets.UTF_8);
    }

    private void write(ProducerRecord<byte[], byte[]> record) {
        producer.send(record, (metadata, failure) -> {
            if (failure != null) {
                var domain = new String(record.key(), StandardCharsets.UTF_8);
                LOG.warnf("the change of the policy of %s is not kept: %s", domain, failure.toString());
            }
        });
    }

    @Override
    public void close() {
        view.close();
        producer.close();
    }
}
