package io.milena.operator;

import java.util.Optional;

/**
 * Recognizes failures of a service that are caused by another service being down: these are answered 503, and not as
 * our own fault. A bean.
 */
public interface Outage {
    /**
     * What is unavailable, in words for the client, if {@code failure} means that; {@code failure} may also be one of
     * its causes.
     */
    Optional<String> of(Throwable failure);
}
