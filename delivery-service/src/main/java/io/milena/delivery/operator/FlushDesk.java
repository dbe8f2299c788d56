package io.milena.delivery.operator;

import io.milena.delivery.order.Flush;
import io.milena.delivery.order.Flushes;
import io.milena.operator.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.util.Optional;

/** Where flushes are given, once the service has started. Thread-safe; blocks. */
@ApplicationScoped
public class FlushDesk {
    private volatile Optional<Flushes> flushes = Optional.empty();

    /** To be called once, when the topics are there. */
    public void start(Flushes started) {
        flushes = Optional.of(started);
    }

    void give(Flush flush) {
        flushes.orElseThrow(() -> Problem.of(Response.Status.SERVICE_UNAVAILABLE, "the service has not started yet")
                        .exception())
                .give(flush);
    }
}
