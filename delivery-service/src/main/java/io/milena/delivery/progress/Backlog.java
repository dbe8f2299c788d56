package io.milena.delivery.progress;

import io.micrometer.core.instrument.MeterRegistry;
import io.milena.topics.kafka.LogOffsets;
import io.milena.topics.kafka.Regularly;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Counts the unsettled records of the partitions that this replica owns, for the gauge {@code milena_queue_messages}:
 * unread records by the distance to the partition's end, read ones by their loop's reports. Refreshed four times a
 * second on a thread of its own.
 */
public final class Backlog implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Backlog.class);
    private static final Duration REFRESHED_EVERY = Duration.ofMillis(250);

    private final Admin admin;
    private final Map<TopicPartition, Position> positions = new ConcurrentHashMap<>();
    private final Regularly regularly;
    private volatile long total;

    private record Position(long next, int unfinished) {}

    public Backlog(Map<String, Object> clientConfig, MeterRegistry meters) {
        this.admin = Admin.create(clientConfig);
        meters.gauge("milena.queue.messages", this, backlog -> backlog.total);
        regularly = new Regularly("delivery-backlog", REFRESHED_EVERY, this::refresh);
    }

    /** The number of unsettled records, as of a moment ago. */
    public long total() {
        return total;
    }

    public void report(TopicPartition partition, long next, int unfinished) {
        positions.put(partition, new Position(next, unfinished));
    }

    public void forget(TopicPartition partition) {
        positions.remove(partition);
    }

    private void refresh() throws InterruptedException {
        var known = Map.copyOf(positions);
        try {
            var ends = LogOffsets.at(admin, known.keySet(), OffsetSpec.latest());
            total = known.entrySet().stream()
                    .mapToLong(entry -> entry.getValue().unfinished()
                            + Math.max(
                                    0,
                                    ends.get(entry.getKey()) - entry.getValue().next()))
                    .sum();
        } catch (ExecutionException e) {
            LOG.debugf("the backlog is not known just now: %s", e.getCause());
        }
    }

    @Override
    public void close() {
        regularly.close();
        admin.close(Duration.ofSeconds(1));
    }
}
