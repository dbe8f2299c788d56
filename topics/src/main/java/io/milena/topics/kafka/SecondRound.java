package io.milena.topics.kafka;

import java.util.Collection;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Makes the group rebalance once more as soon as this consumer has joined. In a cooperative rebalance, partitions that
 * a member gives up are assigned in a second round, which that member asks for. If it ends in between and a new
 * consumer takes its place by its name, nobody asks, and the partitions have no owner until another member comes or
 * goes. Confined to the consumer's thread.
 */
final class SecondRound implements ConsumerRebalanceListener {
    private final KafkaConsumer<?, ?> consumer;
    private final ConsumerRebalanceListener its;
    private boolean asked;

    SecondRound(KafkaConsumer<?, ?> consumer, ConsumerRebalanceListener its) {
        this.consumer = consumer;
        this.its = its;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        if (!asked) {
            asked = true;
            consumer.enforceRebalance("the previous member with this name may have given up partitions");
        }
        its.onPartitionsAssigned(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        its.onPartitionsRevoked(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        its.onPartitionsLost(partitions);
    }
}
