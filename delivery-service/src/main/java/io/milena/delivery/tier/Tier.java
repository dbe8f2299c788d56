package io.milena.delivery.tier;

import io.milena.delivery.progress.TierProgress;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** A partition of a tier that this replica owns. Confined to the loop's thread. */
record Tier(TopicPartition partition, TierProgress progress, Set<String> served) {
    /** {@code served}: ids of the flushes that were served here since this replica owns it. */
    static Tier of(TopicPartition partition, TierProgress progress) {
        return new Tier(partition, progress, new HashSet<>());
    }
}
