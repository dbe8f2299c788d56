package io.milena.topics;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * A platform thread with a duty that goes on for ever, in turns: what a failure ends begins again after a pause, with new clients, until it is told
 * to stop. Thread-safe.
 */
public final class DutyThread implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DutyThread.class);
    private static final Duration FAILURE_PAUSE = Duration.ofMillis(500);
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final String duty;
    private final Runnable turns;
    private final Runnable wakeUp;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * One that has not begun.
     *
     * @param turns makes its clients and goes on while the thread is {@link #open()}; called again when it throws
     * @param wakeUp has {@code turns} look at {@link #open()} soon; called by whoever stops the thread
     */
    public DutyThread(String duty, Runnable turns, Runnable wakeUp) {
        this.duty = duty;
        this.turns = turns;
        this.wakeUp = wakeUp;
        this.thread = Thread.ofPlatform().name("milena-" + duty).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        while (open()) {
            try {
                turns.run();
            } catch (WakeupException | InterruptException e) {
                // Only stop() and close() do either; the loop's condition ends it.
            } catch (RuntimeException e) {
                LOG.warnf("%s: begins again with new clients after %s", duty, e.toString());
                pause();
            }
        }
    }

    public boolean alive() {
        return thread.isAlive();
    }

    /** Whether nobody has told it to stop. */
    public boolean open() {
        return closing.getCount() > 0;
    }

    /** Waits a little, and no longer than until it is told to stop. Called by the thread itself. */
    public void pause() {
        try {
            closing.await(FAILURE_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Only close() interrupts; the loop's condition ends it.
            Thread.interrupted();
        }
    }

    /** Asks it to end after the turn under way. */
    public void stop() {
        closing.countDown();
        wakeUp.run();
    }

    /** Stops and waits; a turn that does not end in time is interrupted. */
    @Override
    public void close() {
        stop();
        try {
            if (alive() && !thread.join(GRACE)) {
                thread.interrupt();
                thread.join(FAILURE_PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
