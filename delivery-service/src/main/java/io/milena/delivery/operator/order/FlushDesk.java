package io.milena.delivery.operator.order;

import io.milena.delivery.operator.Started;
import io.milena.delivery.order.Flush;
import io.milena.delivery.order.Flushes;
import jakarta.enterprise.context.ApplicationScoped;

/** Accepts flushes once the service has started. Thread-safe; blocks. */
@ApplicationScoped
public class FlushDesk {
    private final Started<Flushes> flushes = new Started<>();

    /** Call once, when the topics exist. */
    public void start(Flushes started) {
        flushes.with(started);
    }

    void give(Flush flush) {
        flushes.get().give(flush);
    }
}
