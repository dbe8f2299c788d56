package io.milena.operator;

import java.util.Optional;

/**
 * Recognizes failures that are caused by another service being down: these are answered 503, and not as our own fault.
 * A bean.
 */
public interface Outage {
    /**
     * A sentence for the client that names the unavailable service, if {@code failure} shows an outage; empty
     * otherwise. Called with an exception and with each of its causes.
     */
    Optional<String> of(Throwable failure);
}
