package io.milena.standalone.split;

import java.time.Instant;
import java.util.Optional;

/**
 * How the process of a part is.
 *
 * @param since when it was started, where it runs and the system tells
 */
public record PartState(State state, Optional<Instant> since) {
    /** As its pid file and the process table tell. */
    public enum State {
        RUNNING,
        /** By {@code milena stop} or {@code milena down}. */
        STOPPED,
        /** By itself, or killed. */
        ENDED
    }
}
