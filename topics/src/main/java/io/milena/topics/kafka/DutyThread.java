package io.milena.topics.kafka;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * A platform thread that works in turns until it is told to stop: after any exception, an {@link Error} too, the next
 * turn begins after a pause. Thread-safe.
 */
public final class DutyThread implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DutyThread.class);
    private static final Duration FAILURE_PAUSE = Duration.ofMillis(500);
    private static final Duration TOLD_AGAIN = Duration.ofSeconds(30);
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final LoopHealth health;
    private final Runnable turns;
    private final Runnable wakeUp;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    /** The failure that was logged last, and when; only used by the thread itself. */
    private String told = "";

    private long toldAt;

    /**
     * A thread that has not begun, named by its health.
     *
     * @param turns makes its clients and works while the thread is {@link #open()}; called again when it throws
     * @param wakeUp makes {@code turns} check {@link #open()} soon; called by the thread that stops this one
     */
    public DutyThread(LoopHealth health, Runnable turns, Runnable wakeUp) {
        this.health = health;
        this.turns = turns;
        this.wakeUp = wakeUp;
        this.thread = Thread.ofPlatform().name("milena-" + health.name()).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            turnAfterTurn();
        } finally {
            if (open()) {
                health.ended(new IllegalStateException("it was not told to end"));
            }
        }
    }

    private void turnAfterTurn() {
        while (open()) {
            health.turned();
            try {
                turns.run();
            } catch (WakeupException | InterruptException e) {
                // Only stop() and close() cause these; the loop's condition ends it.
            } catch (KafkaException | UnavailableException e) {
                goOn(e, null);
            } catch (RuntimeException | Error e) {
                // Not a failure of Kafka but a bug, and its stack tells where.
                goOn(e, e);
            }
        }
    }

    private void goOn(Throwable why, Throwable stack) {
        health.failed(why);
        long now = System.nanoTime();
        // While a service is away for long, the log repeats the failure only now and then.
        if (!why.toString().equals(told) || now - toldAt > TOLD_AGAIN.toNanos()) {
            LOG.warnf(stack, "%s: begins again after %s", health.name(), why);
            told = why.toString();
            toldAt = now;
        }
        pause();
    }

    /** A turn lacks a service that it needs; not a bug. */
    public static final class UnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        public UnavailableException(String what, Throwable cause) {
            super(what, cause);
        }
    }

    public boolean alive() {
        return thread.isAlive();
    }

    /** Whether it has not been told to stop. */
    public boolean open() {
        return closing.getCount() > 0;
    }

    /** Waits a little, or until it is told to stop. Called by the thread itself. */
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
        close(GRACE);
    }

    /** Stops and waits for {@code grace}; then a turn that has not ended is interrupted. */
    public void close(Duration grace) {
        stop();
        try {
            if (alive() && !thread.join(grace)) {
                thread.interrupt();
                thread.join(FAILURE_PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
