package io.milena.topics.kafka;

import java.util.Collection;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Has the group share its partitions out anew as soon as this consumer has a place in it. In a cooperative rebalance what one gives up is another's in a second round
 * only, which the one that gives up asks for; if it ends in between, and a new consumer takes its place by its name, nobody does, and those partitions are nobody's
 * until somebody else comes or goes. Confined to the consumer's thread.
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
            consumer.enforceRebalance("its predecessor may have been giving something up");
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
