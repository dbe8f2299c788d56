package io.milena.topics.kafka;

import io.milena.topics.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * The cooperative sticky assignor, with one difference: the owner of a partition of {@link Topics#OUTBOUND} gets the
 * partition of {@link Topics#WAITING} with that number too, so that one replica at a time owns a destination, wherever
 * its mail waits. It has its parent's name, so that old replicas that don't know it can share a group with new ones.
 * Used by the leader of a group, on its consumer's thread.
 */
public final class PairedAssignor extends CooperativeStickyAssignor {
    @Override
    public Map<String, List<TopicPartition>> assignPartitions(
            Map<String, List<PartitionInfo>> partitionsPerTopic, Map<String, Subscription> subscriptions) {
        var waiting = partitionsPerTopic.getOrDefault(Topics.WAITING, List.of()).size();
        var outbound =
                partitionsPerTopic.getOrDefault(Topics.OUTBOUND, List.of()).size();
        var others = new HashMap<>(partitionsPerTopic);
        others.remove(Topics.WAITING);
        var alone = new HashMap<String, Subscription>();
        subscriptions.forEach((member, subscription) -> alone.put(member, withoutWaiting(subscription)));
        var assigned = new HashMap<String, List<TopicPartition>>();
        super.assignPartitions(others, alone).forEach((member, partitions) -> {
            var all = new ArrayList<>(partitions);
            if (subscriptions.get(member).topics().contains(Topics.WAITING)) {
                partitions.stream()
                        .filter(partition -> partition.topic().equals(Topics.OUTBOUND))
                        .forEach(partition -> addPairs(all, partition.partition(), outbound, waiting));
            }
            assigned.put(member, all);
        });
        return assigned;
    }

    /** Adds a pair, or the one partition if the other topic has fewer. */
    private static void addPairs(List<TopicPartition> all, int partition, int outbound, int waiting) {
        for (int pair = partition; pair < waiting; pair += outbound) {
            all.add(new TopicPartition(Topics.WAITING, pair));
        }
    }

    private static Subscription withoutWaiting(Subscription subscription) {
        var alone = new Subscription(
                subscription.topics().stream()
                        .filter(topic -> !topic.equals(Topics.WAITING))
                        .toList(),
                subscription.userData(),
                subscription.ownedPartitions().stream()
                        .filter(partition -> !partition.topic().equals(Topics.WAITING))
                        .toList(),
                subscription.generationId().orElse(DEFAULT_GENERATION),
                subscription.rackId());
        alone.setGroupInstanceId(subscription.groupInstanceId());
        return alone;
    }
}
