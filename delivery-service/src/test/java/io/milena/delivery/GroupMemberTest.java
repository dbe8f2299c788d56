package io.milena.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.milena.topics.Topics;
import io.milena.topics.kafka.GroupMember;
import io.milena.topics.kafka.KafkaClients;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Replicas in a group, on a real broker. */
class GroupMemberTest {
    private static final int PARTITIONS = 12;

    /** A consumer on a thread of its own. Like the loops, it makes a new consumer after a failure. */
    private static final class Member implements AutoCloseable {
        private final KafkaClients clients;
        private final GroupMember member;
        /** Whether the consumer fails when it must first give up a partition. */
        private volatile boolean failing;

        private volatile boolean open = true;
        private volatile boolean failed;
        private final Set<TopicPartition> owned = ConcurrentHashMap.newKeySet();
        private final Thread thread;

        private Member(TestBroker broker, String name) {
            this.clients = broker.clients();
            this.member = GroupMember.of(Optional.of(name));
            this.thread = Thread.ofVirtual().start(this::run);
        }

        private void run() {
            while (open) {
                owned.clear();
                try (var consumer = clients.consumer(member.consumer("group", Map.of()))) {
                    consumer.subscribe(List.of(Topics.OUTBOUND), member.listening(consumer, new Listener()));
                    while (open) {
                        consumer.poll(Duration.ofMillis(50));
                    }
                } catch (KafkaException e) {
                    failed = true;
                }
            }
        }

        private final class Listener implements ConsumerRebalanceListener {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                owned.addAll(partitions);
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                if (failing && !partitions.isEmpty()) {
                    failing = false;
                    throw new IllegalStateException("ended while it gives up " + partitions.size());
                }
                owned.removeAll(partitions);
            }
        }

        @Override
        public void close() throws InterruptedException {
            open = false;
            thread.join();
        }
    }

    @Test
    void whatAMemberWasGivingUpWhenItBeganAnewIsSomebodys() throws Exception {
        try (var broker = TestBroker.fresh(PARTITIONS);
                var first = new Member(broker, "a")) {
            await().until(() -> first.owned.size() == PARTITIONS);
            first.failing = true;
            try (var second = new Member(broker, "b")) {
                await().until(() -> first.failed);
                await().until(() -> {
                    var all = new HashSet<>(first.owned);
                    all.addAll(second.owned);
                    return all.size() == PARTITIONS && first.owned.size() + second.owned.size() == PARTITIONS;
                });
                assertThat(second.owned).isNotEmpty();
            }
        }
    }
}
