package io.milena.delivery.operator;

import io.milena.operator.Problem;
import jakarta.ws.rs.core.Response;
import java.util.Optional;

/** A part of the service that exists only after the start; a request before that is answered 503. Thread-safe. */
public final class Started<T> {
    private volatile Optional<T> part = Optional.empty();

    public void with(T started) {
        part = Optional.of(started);
    }

    public T get() {
        return part.orElseThrow(() -> Problem.of(Response.Status.SERVICE_UNAVAILABLE, "the service has not started yet")
                .exception());
    }

    /** The part; empty before the start. */
    public Optional<T> ifThere() {
        return part;
    }
}
