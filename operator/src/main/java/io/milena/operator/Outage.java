package io.milena.operator;

import java.util.Optional;

/** Knows what a service's failures mean when it is something beside it that is away: answered 503, and not as a fault of ours. A bean. */
public interface Outage {
    /** What is unavailable, in words for the client, where it is that; {@code failure} may be one of its causes only. */
    Optional<String> of(Throwable failure);
}
