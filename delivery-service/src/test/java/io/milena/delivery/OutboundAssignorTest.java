package io.milena.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.topics.Topics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** Members come and go, round after round; what they begin with may be divided in any way. */
class OutboundAssignorTest {
    private static final int PARTITIONS = 12;

    @Property(tries = 200)
    void bothTopicsEndUpDividedAlikeAndNothingHasTwoOwners(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int members) {
        var random = new Random(seed);
        var owned = new HashMap<String, List<TopicPartition>>();
        for (int member = 0; member < members; member++) {
            owned.put("m" + member, new ArrayList<>());
        }
        for (var topic : List.of(Topics.OUTBOUND, Topics.WAITING)) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                owned.get("m" + random.nextInt(members)).add(new TopicPartition(topic, partition));
            }
        }
        for (int change = 0; change < 3; change++) {
            if (owned.size() > 1 && random.nextBoolean()) {
                owned.remove(owned.keySet().iterator().next());
            } else {
                owned.put("n" + change, new ArrayList<>());
            }
            settle(owned, 10 * change);
            assertThat(owned.values().stream().mapToInt(List::size).sum()).isEqualTo(2 * PARTITIONS);
            owned.values()
                    .forEach(theirs ->
                            assertThat(numbers(theirs, Topics.WAITING)).isEqualTo(numbers(theirs, Topics.OUTBOUND)));
        }
    }

    /** Rounds until nobody has to let go of anything. */
    private static void settle(Map<String, List<TopicPartition>> owned, int generation) {
        for (int round = generation; round < generation + 5; round++) {
            var assigned = round(owned, round);
            var before = new HashSet<TopicPartition>();
            owned.forEach((member, theirs) -> theirs.stream()
                    .filter(partition -> !assigned.get(member).contains(partition))
                    .forEach(before::add));
            assertThat(assigned.values())
                    .as("given before it was let go of")
                    .allMatch(theirs -> Collections.disjoint(theirs, before));
            owned.putAll(assigned);
            if (before.isEmpty()) {
                return;
            }
        }
        throw new AssertionError("they do not agree: " + owned);
    }

    private static Map<String, List<TopicPartition>> round(Map<String, List<TopicPartition>> owned, int generation) {
        var subscriptions = new HashMap<String, Subscription>();
        owned.forEach((member, theirs) -> {
            var assignor = new OutboundAssignor();
            assignor.onAssignment(
                    new Assignment(theirs), new ConsumerGroupMetadata("g", generation, member, Optional.empty()));
            subscriptions.put(
                    member,
                    new Subscription(
                            List.of(Topics.OUTBOUND, Topics.WAITING),
                            assignor.subscriptionUserData(new HashSet<>()),
                            theirs,
                            generation,
                            Optional.empty()));
        });
        var partitions = new HashMap<String, List<PartitionInfo>>();
        for (var topic : List.of(Topics.OUTBOUND, Topics.WAITING)) {
            partitions.put(
                    topic,
                    IntStream.range(0, PARTITIONS)
                            .mapToObj(i -> new PartitionInfo(topic, i, Node.noNode(), new Node[0], new Node[0]))
                            .toList());
        }
        return new HashMap<>(new OutboundAssignor().assignPartitions(partitions, subscriptions));
    }

    private static List<Integer> numbers(List<TopicPartition> partitions, String topic) {
        return partitions.stream()
                .filter(partition -> partition.topic().equals(topic))
                .map(TopicPartition::partition)
                .sorted()
                .toList();
    }
}
