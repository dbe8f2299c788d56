package io.milena.delivery.operator.queue;

import io.milena.delivery.site.QueueState;
import java.time.Instant;
import java.util.List;

/**
 * What one replica tells of itself every few seconds.
 *
 * @param queued all that is not settled in the partitions that it owns, delay topics too
 * @param queues the sites for which something waits or was done of late, those with most first
 */
public record ReplicaState(String instance, Instant at, long queued, List<QueueState> queues) {
    /** With so many of the queues. */
    ReplicaState withFirst(int count) {
        return new ReplicaState(instance, at, queued, queues.subList(0, count));
    }
}
