package io.milena.standalone.split;

import java.time.Instant;
import java.util.Optional;

/**
 * The state of a part's process.
 *
 * @param since start of a running process, if the system tells it
 */
public record PartState(State state, Optional<Instant> since) {
    /** The state by the pid file and the process table. */
    public enum State {
        RUNNING,
        /** Stopped by {@code milena stop} or {@code milena down}. */
        STOPPED,
        /** Ended by itself, or killed. */
        ENDED
    }
}
