package io.milena.delivery;

import java.time.Duration;
import org.jboss.logging.Logger;

/** Does something every hour on a virtual thread of its own, first after an hour; what goes wrong is logged, and it goes on. */
final class Hourly implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Hourly.class);

    private final Thread thread;

    Hourly(String name, Runnable task) {
        thread = Thread.ofVirtual().name(name).start(() -> run(name, task));
    }

    private static void run(String name, Runnable task) {
        try {
            while (true) {
                Thread.sleep(Duration.ofHours(1));
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.warnf("%s: %s", name, e.toString());
                }
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
