package io.milena.delivery.outbound;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the loop that relays reads and commits. */
public interface OutboundSettings {
    /** Read nothing from the queues and send nothing. */
    @WithDefault("false")
    boolean paused();

    /** Content read ahead of its delivery, over all destinations. */
    @WithDefault("64M")
    MemorySize readAheadBytes();

    /** Messages read ahead of their delivery, over all destinations. */
    @WithDefault("10000")
    int readAheadMessages();

    /** Results are committed this often at most; a shorter tick costs the broker more transactions. */
    @WithDefault("50ms")
    Duration tick();

    /** On SIGTERM: how long transactions under way may take to finish. */
    @WithDefault("20s")
    Duration gracePeriod();
}
