package io.milena.topics.kafka;

import io.milena.topics.RetrySettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;

/** {@code milena.kafka.*}: where the brokers are, and how the topics are made; equal for every service. */
@ConfigMapping(prefix = "milena.kafka")
public interface KafkaSettings {
    /** Brokers for the first contact, {@code host:port,…}. */
    @WithDefault("127.0.0.1:9092")
    String bootstrapServers();

    /** Further settings for every Kafka client, e.g. {@code milena.kafka.client."security.protocol"=SASL_SSL}. */
    Map<String, String> client();

    /**
     * Partitions of each mail topic when it is created. One broker pays a forced write for each; three brokers want 12
     * or more.
     */
    @WithDefault("1")
    int partitions();

    /** Replicas of each partition; from 2 on, two must have a record before it is acknowledged. */
    @WithDefault("1")
    short replication();

    /** Force each append of mail to disk before it is acknowledged: for a single broker. */
    @WithDefault("true")
    boolean flush();

    /**
     * For how long {@code milena message} still finds the header section of mail that is delivered, failed or forwarded;
     * the brokers need disk space for it. Mail that waits is kept until it is settled, however long that takes.
     */
    @WithDefault("72h")
    Duration keepSettled();

    default KafkaClients clients() {
        return KafkaClients.of(bootstrapServers(), client(), keepSettled());
    }

    default TopicSettings topics(RetrySettings retry) {
        return new TopicSettings(partitions(), replication(), flush(), retry.delays());
    }
}
