package io.milena.topics.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * How this replica appears to the brokers. With a name that stays over restarts it takes its partitions back at once, and its new transactions
 * end what the old ones left open; without one it is a newcomer.
 */
public record GroupMember(Optional<String> instance, String unique) {
    /** The group gives a member up after this long without a heartbeat. */
    public static final Duration SESSION = Duration.ofSeconds(6);

    public static GroupMember of(Optional<String> instance) {
        return new GroupMember(
                instance, instance.orElseGet(() -> UUID.randomUUID().toString()));
    }

    /** The group of those who have a duty. */
    public static String group(String duty) {
        return "milena-" + duty;
    }

    public Map<String, Object> consumer(String group, Map<String, Object> more) {
        var config = new HashMap<>(more);
        config.put("group.id", group);
        config.put("client.id", group + "-" + unique);
        config.put("session.timeout.ms", (int) SESSION.toMillis());
        config.put("heartbeat.interval.ms", (int) SESSION.toMillis() / 4);
        config.put("partition.assignment.strategy", PairedAssignor.class.getName());
        config.put("metadata.max.age.ms", 30_000);
        instance.ifPresent(name -> config.put("group.instance.id", name));
        return config;
    }

    /** What a consumer of this member is to subscribe with, so that {@code its} listener is told of all that is to be this member's. */
    public ConsumerRebalanceListener listening(KafkaConsumer<?, ?> consumer, ConsumerRebalanceListener its) {
        // Who has no name takes nobody's place: its coming has all shared out anew.
        return instance.isPresent() ? new SecondRound(consumer, its) : its;
    }

    public String transactionalId(String duty) {
        return "milena-" + duty + "-" + unique;
    }
}
