package io.milena.topics.kafka;

import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Runs a task at an interval on a virtual thread of its own, the first time after one interval. A failure is logged,
 * and the task is run again.
 */
public final class Regularly implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Regularly.class);

    private final Thread thread;

    /** The task; an interrupt ends it. */
    public interface Task {
        void run() throws InterruptedException;
    }

    public Regularly(String name, Duration interval, Task task) {
        thread = Thread.ofVirtual().name(name).start(() -> run(name, interval, task));
    }

    private static void run(String name, Duration interval, Task task) {
        try {
            while (true) {
                Thread.sleep(interval);
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
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
