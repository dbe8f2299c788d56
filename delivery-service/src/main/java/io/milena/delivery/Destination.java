package io.milena.delivery;

import io.milena.delivery.remote.Cause;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One {@link Way}'s own queue, and who works on it: its connections, its rest after a failure, its pace. A destination that is slow or
 * down fills only this. Thread-safe; all times are {@link System#nanoTime()}.
 */
final class Destination {
    /** The pace is taken over windows of this length. */
    private static final long WINDOW = Duration.ofSeconds(10).toNanos();

    private final Way way;
    private final int maxWorkers;
    private final Duration firstRest;
    private final Duration maxRest;
    private final ArrayDeque<QueuedMail> queue = new ArrayDeque<>();
    private int workers;
    private int idleWorkers;
    private int failures;
    private long restsUntil;
    private Cause whyResting = new Cause.NotTried("the destination rests");
    private long windowStart = System.nanoTime();
    private int settledInWindow;
    private double perSecond = -1;

    Destination(Way way, int maxWorkers, Duration firstRest, Duration maxRest) {
        this.way = way;
        this.maxWorkers = maxWorkers;
        this.firstRest = firstRest;
        this.maxRest = maxRest;
    }

    Way way() {
        return way;
    }

    /** Whether the caller is to start one more worker, which is then counted. */
    synchronized boolean add(QueuedMail mail) {
        queue.add(mail);
        if (idleWorkers > 0) {
            notify();
            return false;
        }
        // One connection first, and only one as a probe after a failure; more when the queue outgrows those there are.
        int wanted = failures > 0 ? 1 : Math.min(maxWorkers, 1 + queue.size() / 4);
        if (workers >= wanted) {
            return false;
        }
        workers++;
        return true;
    }

    /** The next message for a worker; empty if none comes within the limit, and the worker is then no longer counted. */
    synchronized Optional<QueuedMail> take(Duration limit) {
        if (queue.isEmpty() && !limit.isZero()) {
            long end = System.nanoTime() + limit.toNanos();
            idleWorkers++;
            try {
                for (long left = limit.toMillis();
                        queue.isEmpty() && left > 0;
                        left = (end - System.nanoTime()) / 1_000_000) {
                    wait(left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                idleWorkers--;
            }
        }
        var next = Optional.ofNullable(queue.poll());
        if (next.isEmpty()) {
            workers--;
        }
        return next;
    }

    /** A worker ended that was still counted. */
    synchronized void workerGone() {
        workers--;
    }

    /** Takes back what waits for a partition that has gone to another replica. */
    synchronized List<QueuedMail> removeRevoked() {
        var gone = new ArrayList<QueuedMail>();
        queue.removeIf(mail -> mail.progress().revoked() && gone.add(mail));
        return gone;
    }

    /** No host could be reached: it rests, twice as long each time. Returns what was waiting, to be deferred. */
    synchronized List<QueuedMail> rest(Cause why) {
        long now = System.nanoTime();
        if (restsUntil - now <= 0 || failures == 0) {
            var rest = firstRest.multipliedBy(1L << Math.min(failures, 20));
            failures++;
            restsUntil = now + (rest.compareTo(maxRest) < 0 ? rest : maxRest).toNanos();
            whyResting = why;
        }
        var waiting = new ArrayList<>(queue);
        queue.clear();
        return waiting;
    }

    /** How long it still rests; zero if it does not. */
    synchronized Duration resting() {
        return failures == 0 ? Duration.ZERO : Duration.ofNanos(Math.max(0, restsUntil - System.nanoTime()));
    }

    synchronized Cause whyResting() {
        return whyResting;
    }

    /** A host answered. */
    synchronized void reached() {
        failures = 0;
    }

    synchronized void settledOne() {
        settledInWindow++;
        roll();
    }

    /** How long a message that joined now would wait at the present pace; zero while the pace is not known. */
    synchronized Duration expectedWait() {
        roll();
        if (perSecond < 0 || queue.isEmpty()) {
            return Duration.ZERO;
        }
        return Duration.ofSeconds((long) Math.min(queue.size() / Math.max(perSecond, 0.001), 86_400));
    }

    private void roll() {
        long elapsed = System.nanoTime() - windowStart;
        if (elapsed >= WINDOW) {
            perSecond = queue.isEmpty() && settledInWindow == 0 ? -1 : settledInWindow * 1e9 / elapsed;
            windowStart += elapsed;
            settledInWindow = 0;
        }
    }

    /** Nothing waits, nobody works, nothing is to be remembered. */
    synchronized boolean unused() {
        return queue.isEmpty() && workers == 0 && (failures == 0 || System.nanoTime() - restsUntil > maxRest.toNanos());
    }

    synchronized int waiting() {
        return queue.size();
    }
}
