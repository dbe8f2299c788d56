package io.milena.delivery.egress;

import java.time.Duration;

/** Whence a message is to go, or why from nowhere just now: {@code from} is {@code pool:NAME} or {@code source:NAME}. */
public sealed interface Choice {
    record Chosen(EgressSource source) implements Choice {}

    /** Each source that could take it is being warmed up and has had its share; {@code turn} is how long this message is to wait. */
    record WarmingUp(String from, Duration turn) implements Choice {}

    /** None of the sources may send there. */
    record AllBlocked(String from) implements Choice {}
}
