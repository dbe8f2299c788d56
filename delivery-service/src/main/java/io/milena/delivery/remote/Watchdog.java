package io.milena.delivery.remote;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Closes sockets whose stage is past its deadline: a blocking write has no time-out of its own. One thread for all sessions, once a second. */
public final class Watchdog implements AutoCloseable {
    private final Set<Wire> watched = ConcurrentHashMap.newKeySet();
    private final Thread thread = Thread.ofVirtual().name("delivery-watchdog").unstarted(this::run);

    public Watchdog() {
        thread.start();
    }

    void watch(Wire wire) {
        watched.add(wire);
    }

    void forget(Wire wire) {
        watched.remove(wire);
    }

    private void run() {
        try {
            while (!Thread.interrupted()) {
                Thread.sleep(Duration.ofSeconds(1));
                // A grace of a second lets a reader report its own time-out.
                long now = System.nanoTime() - 1_000_000_000L;
                watched.stream().filter(wire -> wire.overdue(now)).forEach(Wire::close);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
