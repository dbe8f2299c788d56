package io.milena.delivery.operator.queue;

import io.milena.delivery.site.QueueState;
import java.time.Instant;
import java.util.List;

/**
 * The state that one replica publishes every few seconds.
 *
 * @param queued messages that are not settled in the partitions that it owns, including delay topics
 * @param queues sites with waiting mail or recent activity, those with most mail first
 */
public record ReplicaState(String instance, Instant at, long queued, List<QueueState> queues) {
    /** A copy with the first {@code count} queues. */
    ReplicaState withFirst(int count) {
        return new ReplicaState(instance, at, queued, queues.subList(0, count));
    }
}
