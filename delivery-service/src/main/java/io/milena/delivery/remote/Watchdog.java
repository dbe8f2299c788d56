package io.milena.delivery.remote;

import io.milena.topics.kafka.Regularly;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Closes sockets whose stage is past its deadline: a blocking write has no time-out of its own. One thread for all sessions, once a second. */
public final class Watchdog implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Set<Wire> watched = ConcurrentHashMap.newKeySet();
    private final Regularly regularly;

    public Watchdog() {
        regularly = new Regularly("delivery-watchdog", INTERVAL, this::look);
    }

    void watch(Wire wire) {
        watched.add(wire);
    }

    void forget(Wire wire) {
        watched.remove(wire);
    }

    private void look() {
        // A grace of a second lets a reader report its own time-out.
        long now = System.nanoTime() - INTERVAL.toNanos();
        watched.stream().filter(wire -> wire.overdue(now)).forEach(Wire::close);
    }

    @Override
    public void close() {
        regularly.close();
    }
}
