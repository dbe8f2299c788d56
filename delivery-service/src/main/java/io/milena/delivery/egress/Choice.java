package io.milena.delivery.egress;

import java.time.Duration;

/**
 * The source for a message, or why no source may send it now: {@code from} is {@code pool:NAME} or {@code source:NAME}.
 */
public sealed interface Choice {
    record Chosen(EgressSource source) implements Choice {}

    /**
     * Each source that could send it is being warmed up and has used its plan; {@code turn} is how long this message
     * must wait.
     */
    record WarmingUp(String from, Duration turn) implements Choice {}

    /** None of the sources may send there. */
    record AllBlocked(String from) implements Choice {}
}
