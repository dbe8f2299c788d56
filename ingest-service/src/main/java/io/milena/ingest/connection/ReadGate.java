package io.milena.ingest.connection;

import io.milena.ingest.message.MemoryBudget;
import io.vertx.core.Context;
import io.vertx.core.net.NetSocket;
import java.time.Duration;

/**
 * Reading from one client: paused while the server cannot take more, and timed while it can. Silence and slow content
 * are judged less patiently while other clients find no room. Runs on the connection's event loop only; times are
 * {@link System#nanoTime()}.
 */
final class ReadGate {
    /** While others find no room: how long a client may take for a command. */
    private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(10);

    /** While others find no room: from when on the rate at which content comes counts. */
    private static final Duration BUSY_RATE_GRACE = Duration.ofMinutes(1);

    private final NetSocket socket;
    private final Context context;
    private final ConnectionCounts counts;
    private final MemoryBudget budget;
    private final Duration timeout;
    private final DataRate rate;
    private final Runnable judgeAgain;
    private final Runnable drained;

    private boolean paused;
    private long pausedSince;
    /** Octets that the socket held back while it was paused are on their way. */
    private boolean draining;

    private boolean awaitsMemory;
    /** When the last whole command, or in content the last octet, came; or when its answer was sent. */
    private long lastHeard = System.nanoTime();

    /**
     * An open gate.
     *
     * @param timeout how long a client may be silent
     * @param minDataRate octets of content a second
     * @param judgeAgain called when something may have changed that reading waits for
     * @param drained called when everything that was held back has been handed over
     */
    ReadGate(
            NetSocket socket,
            Context context,
            ConnectionCounts counts,
            MemoryBudget budget,
            Duration timeout,
            int minDataRate,
            Runnable judgeAgain,
            Runnable drained) {
        this.socket = socket;
        this.context = context;
        this.counts = counts;
        this.budget = budget;
        this.timeout = timeout;
        this.rate = new DataRate(minDataRate);
        this.judgeAgain = judgeAgain;
        this.drained = drained;
    }

    boolean isPaused() {
        return paused;
    }

    /** Whether octets that have come already are still held back. */
    boolean holdsBack() {
        return paused || draining;
    }

    /** The client has said something whole, or was answered. */
    void heard() {
        lastHeard = System.nanoTime();
    }

    void contentBegins() {
        rate.begin(System.nanoTime());
    }

    void contentCame(int octets) {
        lastHeard = System.nanoTime();
        rate.came(octets);
    }

    /**
     * Reads on, or not. Without memory the gate opens again by itself when some comes free, and else when the client
     * has read what was written.
     */
    void regulate(boolean wantsMore, boolean withoutMemory) {
        if (withoutMemory) {
            awaitMemory();
        }
        boolean congested = socket.writeQueueFull();
        if (congested) {
            socket.drainHandler(written -> judgeAgain.run());
        }
        boolean open = wantsMore && !withoutMemory && !congested;
        if (!open && !paused) {
            pause();
        } else if (open && paused) {
            resume();
        }
    }

    private void pause() {
        paused = true;
        pausedSince = System.nanoTime();
        socket.pause();
    }

    private void resume() {
        paused = false;
        lastHeard = System.nanoTime();
        rate.waited(lastHeard - pausedSince);
        draining = true;
        socket.resume();
        // Runs behind what was held back.
        context.runOnContext(handedOver -> {
            draining = false;
            drained.run();
        });
    }

    private void awaitMemory() {
        if (!awaitsMemory) {
            awaitsMemory = true;
            budget.whenFree(() -> context.runOnContext(free -> {
                awaitsMemory = false;
                judgeAgain.run();
            }));
        }
    }

    /** Whether a gate that is paused has been so for longer than this. */
    boolean waitsLongerThan(Duration limit, long now) {
        return now - pausedSince > limit.toNanos();
    }

    boolean contentIsTooSlow(long now) {
        return rate.tooSlow(now, atMost(BUSY_RATE_GRACE));
    }

    /** Whether the client has been silent for too long; in content its rate is judged as well. */
    boolean isSilent(long now, boolean inContent) {
        return now - lastHeard > (inContent ? timeout : atMost(BUSY_TIMEOUT)).toNanos();
    }

    /** The time-out, or less while the server is busy. */
    private Duration atMost(Duration whenBusy) {
        return counts.busy() && whenBusy.compareTo(timeout) < 0 ? whenBusy : timeout;
    }
}
