package io.milena.delivery;

import io.milena.topics.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Divides {@code mail.outbound} as the cooperative sticky assignor does, and gives each partition of {@code mail.waiting} to whoever has the one of
 * the same number: what had to let others pass comes back to where its site has its limits.
 */
public final class OutboundAssignor extends CooperativeStickyAssignor {
    @Override
    public String name() {
        return "milena-outbound";
    }

    @Override
    public Map<String, List<TopicPartition>> assignPartitions(
            Map<String, List<PartitionInfo>> partitions, Map<String, Subscription> subscriptions) {
        var outbound = partitions.getOrDefault(Topics.OUTBOUND, List.of());
        var narrowed = new HashMap<String, Subscription>();
        subscriptions.forEach((member, subscription) -> narrowed.put(member, outboundOnly(subscription)));
        var assigned = super.assignPartitions(Map.of(Topics.OUTBOUND, outbound), narrowed);

        var owners = ownersOfWaiting(subscriptions);
        var all = new HashMap<String, List<TopicPartition>>();
        assigned.forEach((member, theirs) -> {
            var both = new ArrayList<>(theirs);
            for (var info : partitions.getOrDefault(Topics.WAITING, List.of())) {
                var waiting = new TopicPartition(Topics.WAITING, info.partition());
                var beside = new TopicPartition(Topics.OUTBOUND, info.partition() % Math.max(1, outbound.size()));
                // Whoever still has it has to let go of it first: then there is another round.
                if (theirs.contains(beside)
                        && owners.getOrDefault(waiting, member).equals(member)) {
                    both.add(waiting);
                }
            }
            all.put(member, both);
        });
        return all;
    }

    private static Subscription outboundOnly(Subscription all) {
        var narrowed = new Subscription(
                List.of(Topics.OUTBOUND),
                all.userData(),
                all.ownedPartitions().stream()
                        .filter(partition -> partition.topic().equals(Topics.OUTBOUND))
                        .toList(),
                all.generationId().orElse(DEFAULT_GENERATION),
                all.rackId());
        narrowed.setGroupInstanceId(all.groupInstanceId());
        return narrowed;
    }

    /** Who was away when the group last agreed owns nothing any more, whatever it says. */
    private static Map<TopicPartition, String> ownersOfWaiting(Map<String, Subscription> subscriptions) {
        int latest = subscriptions.values().stream()
                .mapToInt(subscription -> subscription.generationId().orElse(DEFAULT_GENERATION))
                .max()
                .orElse(DEFAULT_GENERATION);
        var owners = new HashMap<TopicPartition, String>();
        subscriptions.forEach((member, subscription) -> {
            if (subscription.generationId().orElse(DEFAULT_GENERATION) == latest) {
                subscription.ownedPartitions().stream()
                        .filter(partition -> partition.topic().equals(Topics.WAITING))
                        .forEach(partition -> owners.put(partition, member));
            }
        });
        return owners;
    }
}
