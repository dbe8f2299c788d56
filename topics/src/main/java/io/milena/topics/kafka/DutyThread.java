package io.milena.topics.kafka;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * A platform thread with a duty that goes on for ever, in turns: whatever ends a turn, an {@link Error} too, the next begins after a pause until it is
 * told to stop. Thread-safe.
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
    /** The failure that was logged last, and when; of the thread alone. */
    private String told = "";

    private long toldAt;

    /**
     * One that has not begun, named by its health.
     *
     * @param turns makes its clients and goes on while the thread is {@link #open()}; called again when it throws
     * @param wakeUp has {@code turns} look at {@link #open()} soon; called by whoever stops the thread
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
                health.ended(new IllegalStateException("nobody has told it to end"));
            }
        }
    }

    private void turnAfterTurn() {
        while (open()) {
            health.turned();
            try {
                turns.run();
            } catch (WakeupException | InterruptException e) {
                // Only stop() and close() do either; the loop's condition ends it.
            } catch (KafkaException | UnavailableException e) {
                goOn(e, null);
            } catch (RuntimeException | Error e) {
                // No fault of Kafka's: a bug, and its stack tells where.
                goOn(e, e);
            }
        }
    }

    private void goOn(Throwable why, Throwable stack) {
        health.failed(why);
        long now = System.nanoTime();
        // While something is away for long there is nothing new to say twice a second.
        if (!why.toString().equals(told) || now - toldAt > TOLD_AGAIN.toNanos()) {
            LOG.warnf(stack, "%s: begins again after %s", health.name(), why);
            told = why.toString();
            toldAt = now;
        }
        pause();
    }

    /** A turn lacks something that it needs, which is no bug. */
    public static final class UnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        public UnavailableException(String what, Throwable cause) {
            super(what, cause);
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
        close(GRACE);
    }

    /** Stops and waits for so long; a turn that does not end in time is interrupted. */
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
