package io.milena.delivery;

import java.time.Duration;
import org.jboss.logging.Logger;

/** Does something at an interval on a virtual thread of its own, first after one; what goes wrong is logged, and it goes on. */
final class Regularly implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Regularly.class);

    private final Thread thread;

    Regularly(String name, Duration interval, Runnable task) {
        thread = Thread.ofVirtual().name(name).start(() -> run(name, interval, task));
    }

    private static void run(String name, Duration interval, Runnable task) {
        try {
            while (true) {
                Thread.sleep(interval);
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
