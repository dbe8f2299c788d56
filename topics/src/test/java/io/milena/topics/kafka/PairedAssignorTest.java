package io.milena.topics.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.topics.Topics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The owner of a partition has its pair, before, while and after partitions move. */
class PairedAssignorTest {
    private static final int PARTITIONS = 12;
    private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0);

    private final PairedAssignor assignor = new PairedAssignor();
    private final Map<String, List<TopicPartition>> owned = new HashMap<>();
    private int generation;

    private static List<PartitionInfo> partitions(String topic, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> new PartitionInfo(topic, number, Node.noNode(), new Node[0], new Node[0]))
                .toList();
    }

    /** One round of the group; returns whether another must follow, since partitions were given up in it. */
    private boolean rebalance(int waiting, String... members) {
        var topics = List.of(Topics.OUTBOUND, Topics.WAITING);
        var subscriptions = new HashMap<String, Subscription>();
        for (var member : members) {
            subscriptions.put(
                    member,
                    new Subscription(
                            topics, NO_DATA, owned.getOrDefault(member, List.of()), generation, Optional.empty()));
        }
        generation++;
        var assigned = assignor.assignPartitions(
                new HashMap<>(Map.of(
                        Topics.OUTBOUND,
                        partitions(Topics.OUTBOUND, PARTITIONS),
                        Topics.WAITING,
                        partitions(Topics.WAITING, waiting))),
                subscriptions);
        boolean again = owned.entrySet().stream()
                .anyMatch(before ->
                        !assigned.getOrDefault(before.getKey(), List.of()).containsAll(before.getValue()));
        // Nobody is assigned a partition that another still has.
        assigned.forEach((member, partitions) -> owned.forEach((other, has) -> {
            if (!other.equals(member) && List.of(members).contains(other)) {
                assertThat(partitions).noneMatch(has::contains);
            }
        }));
        owned.clear();
        owned.putAll(assigned);
        owned.values().forEach(PairedAssignorTest::assertPaired);
        return again;
    }

    private static void assertPaired(List<TopicPartition> partitions) {
        assertThat(numbers(partitions, Topics.WAITING).stream()
                        .map(number -> number % PARTITIONS)
                        .collect(Collectors.toSet()))
                .isEqualTo(numbers(partitions, Topics.OUTBOUND));
    }

    private static Set<Integer> numbers(List<TopicPartition> partitions, String topic) {
        return partitions.stream()
                .filter(partition -> partition.topic().equals(topic))
                .map(TopicPartition::partition)
                .collect(Collectors.toSet());
    }

    private void settle(int waiting, String... members) {
        int rounds = 0;
        while (rebalance(waiting, members)) {
            assertThat(++rounds).isLessThan(5);
        }
        var all = new ArrayList<TopicPartition>();
        owned.values().forEach(all::addAll);
        assertThat(all).hasSize(PARTITIONS + waiting).doesNotHaveDuplicates();
    }

    @Test
    void pairsStayTogetherAsMembersComeAndGo() {
        settle(PARTITIONS, "a");
        settle(PARTITIONS, "a", "b");
        settle(PARTITIONS, "a", "b", "c");
        owned.remove("b");
        settle(PARTITIONS, "a", "c");
        assertThat(owned.values())
                .allSatisfy(partitions -> assertThat(partitions).hasSize(12));
    }

    @Test
    void aTopicWithMorePartitionsIsReadWhole() {
        settle(2 * PARTITIONS, "a", "b", "c");
    }
}
