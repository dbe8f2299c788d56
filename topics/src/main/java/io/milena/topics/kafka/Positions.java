package io.milena.topics.kafka;

import java.time.Duration;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** The positions of a consumer, without waiting for them. */
public final class Positions {
    private Positions() {}

    /**
     * The next offset to be read; empty while it is not certain, as after a change of the partition's leader. To wait for
     * it would hold up all other partitions for up to a minute.
     */
    public static OptionalLong known(KafkaConsumer<?, ?> consumer, TopicPartition partition) {
        try {
            return OptionalLong.of(consumer.position(partition, Duration.ZERO));
        } catch (TimeoutException e) {
            return OptionalLong.empty();
        }
    }
}
