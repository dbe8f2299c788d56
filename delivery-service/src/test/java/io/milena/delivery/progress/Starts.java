package io.milena.delivery.progress;

import io.milena.topics.kafka.StartingPoints.Start;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/** Takes partitions over whose log is as their last owner left it. */
public final class Starts {
    private Starts() {}

    /** A partition of which nothing is committed yet. */
    public static PartitionProgress first() {
        return from(new OffsetAndMetadata(0), 0);
    }

    /** Continues from this commit in a partition that ends there. */
    static PartitionProgress from(OffsetAndMetadata committed, long end) {
        return PartitionProgress.from(new Start(committed, committed.offset(), Long.MAX_VALUE, end));
    }
}
