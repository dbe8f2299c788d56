package io.milena.topics.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * This replica as a member of consumer groups. With a name that stays over restarts it takes its partitions back at
 * once, and its new transactions end those that the old ones left open; without a name it is a new member each time.
 */
public record GroupMember(Optional<String> instance, String unique) {
    /** The group removes a member that sends no heartbeat for this long. */
    public static final Duration SESSION = Duration.ofSeconds(6);

    public static GroupMember of(Optional<String> instance) {
        return new GroupMember(
                instance, instance.orElseGet(() -> UUID.randomUUID().toString()));
    }

    /** The group of a duty. */
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

    /**
     * The listener for a consumer of this member to subscribe with; it passes all assignments on to {@code its}
     * listener.
     */
    public ConsumerRebalanceListener listening(KafkaConsumer<?, ?> consumer, ConsumerRebalanceListener its) {
        // A member without a name takes no old member's place: its arrival rebalances all partitions anyway.
        return instance.isPresent() ? new SecondRound(consumer, its) : its;
    }

    public String transactionalId(String duty) {
        return "milena-" + duty + "-" + unique;
    }
}
