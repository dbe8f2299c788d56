package io.milena.topics.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;

/** Partitions and offsets as the brokers tell them. Blocks; throws what the brokers answer as {@link ExecutionException}. */
public final class LogOffsets {
    private LogOffsets() {}

    /** All partitions of these topics. */
    public static List<TopicPartition> partitions(Admin admin, Collection<String> topics)
            throws ExecutionException, InterruptedException {
        return admin.describeTopics(topics).allTopicNames().get().values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
    }

    /** One offset of each partition; negative if there is none, as behind the last record by time. */
    public static Map<TopicPartition, Long> at(Admin admin, Collection<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, InterruptedException {
        var offsets = new HashMap<TopicPartition, Long>();
        admin.listOffsets(partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> which)))
                .all()
                .get()
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    /** The partition to which the producers of all services write records with this key. */
    public static TopicPartition ofKey(String topic, byte[] key, int partitions) {
        return new TopicPartition(topic, BuiltInPartitioner.partitionForKey(key, partitions));
    }
}
