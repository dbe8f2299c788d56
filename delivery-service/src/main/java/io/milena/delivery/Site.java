package io.milena.delivery;

import io.milena.delivery.operator.QueueState;
import io.milena.delivery.queue.ConnectionLevel;
import io.milena.delivery.queue.FairQueue;
import io.milena.delivery.queue.Pace;
import io.milena.delivery.queue.Throttle;
import io.milena.delivery.remote.Cause;
import io.milena.delivery.shaping.Limits;
import io.milena.delivery.shaping.SiteName;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A set of hosts that many destinations may share, from one of our addresses: what waits for it, and how many connections work on that within
 * its limits. What is slow or down fills only this. Thread-safe; times are {@link System#nanoTime()}.
 */
final class Site {
    /** One connection is enough for so many that wait. */
    private static final int WAITING_PER_CONNECTION = 4;

    private static final int DOMAINS_SHOWN = 10;
    /** Turns of a round: transactional, normal and bulk mail. */
    private static final List<Integer> CLASS_WEIGHTS = List.of(16, 4, 1);

    private final SiteName name;
    private final Optional<String> source;
    private final Rest rest;
    private final LongSupplier nanoTime;
    private final FairQueue<QueuedMail> queue = new FairQueue<>(CLASS_WEIGHTS, QueuedMail::account, QueuedMail::bytes);
    private final Throttle newConnections;
    private final Throttle messages;
    private final ConnectionLevel level = new ConnectionLevel();
    private final Pace pace;
    private Limits limits;
    private int connections;
    private int workers;
    private int waitingWorkers;
    private int open;
    private int generation;
    private Optional<String> lastReply = Optional.empty();

    /** {@code source}: from which of our addresses, where they have names. */
    Site(SiteName name, Optional<String> source, Limits limits, Rest rest, LongSupplier nanoTime) {
        this.name = name;
        this.source = source;
        this.limits = limits;
        this.connections = limits.connections();
        this.rest = rest;
        this.nanoTime = nanoTime;
        long now = nanoTime.getAsLong();
        this.newConnections = new Throttle(now);
        this.messages = new Throttle(now);
        this.pace = new Pace(now);
    }

    SiteName name() {
        return name;
    }

    Optional<String> source() {
        return source;
    }

    /** What holds from now on, and how much of it for this replica. */
    synchronized void obey(Limits now, Ownership ownership) {
        limits = now;
        connections = ownership.connections(name, now.connections());
        newConnections.limit(ownership.perSecond(name, now.newConnections()));
        messages.limit(ownership.perSecond(name, now.messages()));
        notifyAll();
    }

    synchronized Limits limits() {
        return limits;
    }

    /** Whether another replica has all of the connections that it may have. */
    synchronized boolean isElsewhere() {
        return connections == 0;
    }

    /** Whether the caller is to start one more worker, which is then counted. */
    synchronized boolean add(QueuedMail mail) {
        if (queue.isEmpty()) {
            pace.restart(nanoTime.getAsLong());
        }
        queue.add(mail, mail.lane());
        return hire();
    }

    /** It could not use its turn. */
    synchronized void giveBack(QueuedMail mail) {
        queue.giveBack(mail, mail.lane());
    }

    /** The same, when something has changed but what waits. */
    synchronized boolean hire() {
        if (queue.isEmpty()) {
            return false;
        }
        if (waitingWorkers > 0) {
            // One: if all of a site's idle connections wake up for each message, all but one find nothing.
            notify();
            return false;
        }
        if (workers >= Math.min(allowed(), 1 + queue.all().messages() / WAITING_PER_CONNECTION)) {
            return false;
        }
        workers++;
        return true;
    }

    private int allowed() {
        // After a failure it is only asked whether it is there again.
        return rest.isDoubted() ? Math.min(1, connections) : level.within(connections);
    }

    /** What a worker is to do next. */
    sealed interface Turn {
        record Send(QueuedMail mail) implements Turn {}

        /** It has been idle for long, but there may be more for it. */
        record HangUp() implements Turn {}

        /** It is not counted any more. */
        record Leave() implements Turn {}

        /** Nothing for so long, unless something changes. */
        record Wait(long nanos) implements Turn {}
    }

    /** Blocks while there is nothing to do for a worker that has been idle since then; {@code hired} is its {@link #generation()}. */
    synchronized Turn take(boolean connected, long idleSince, int hired) {
        while (true) {
            var turn = turn(connected, idleSince, hired);
            switch (turn) {
                case Turn.Wait(var nanos) -> {
                    waitingWorkers++;
                    try {
                        wait(Math.max(1, nanos / 1_000_000));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        workers--;
                        notify();
                        return new Turn.Leave();
                    } finally {
                        waitingWorkers--;
                    }
                }
                case Turn.Leave leave -> {
                    workers--;
                    if (!queue.isEmpty()) {
                        // It may have been woken for that.
                        notify();
                    }
                    return leave;
                }
                case Turn.Send send -> {
                    return send;
                }
                case Turn.HangUp hangUp -> {
                    return hangUp;
                }
            }
        }
    }

    /** The same without waiting. */
    synchronized Turn turn(boolean connected, long idleSince, int hired) {
        long now = nanoTime.getAsLong();
        if (hired != generation || workers > Math.max(1, allowed()) || connections == 0) {
            return new Turn.Leave();
        }
        long idleLeft = connected ? limits.idle().toNanos() - (now - idleSince) : 0;
        if (queue.isEmpty()) {
            return idleLeft > 0 ? new Turn.Wait(idleLeft) : new Turn.Leave();
        }
        long wait = messages.waitNanos(now);
        if (!connected) {
            wait = Math.max(wait, newConnections.waitNanos(now));
        }
        if (wait > 0) {
            return connected && idleLeft <= 0
                    ? new Turn.HangUp()
                    : new Turn.Wait(connected ? Math.min(wait, idleLeft) : wait);
        }
        messages.take(now);
        if (!connected) {
            newConnections.take(now);
        }
        return queue.poll().<Turn>map(Turn.Send::new).orElseGet(Turn.Leave::new);
    }

    /** A worker ended that was still counted. */
    synchronized void workerGone() {
        workers--;
    }

    /** Who was hired before is to go, with its connection, when it has done what it does. */
    synchronized void dismiss() {
        generation++;
        notifyAll();
    }

    synchronized int generation() {
        return generation;
    }

    /** A connection is begun that no turn was given for: the rate has to count it all the same. */
    synchronized void connecting() {
        newConnections.take(nanoTime.getAsLong());
    }

    /** A worker's session was opened or has ended. */
    synchronized void opened(int change) {
        open += change;
    }

    /** A message went through; whether the caller is to start one more worker. */
    synchronized boolean succeeded() {
        rest.over();
        level.succeeded(open, connections);
        return hire();
    }

    synchronized void settledOne() {
        pace.settledOne(nanoTime.getAsLong());
    }

    /** A connection was refused or broken off. */
    synchronized void troubled() {
        level.failed(open, nanoTime.getAsLong());
    }

    /**
     * No host let us in. If others of our connections are at work, they are just as many as it bears; else it rests, longer each time, and what waits
     * is to be deferred.
     */
    synchronized boolean restsAfter(Cause why) {
        long now = nanoTime.getAsLong();
        if (open > 0) {
            level.failed(open, now);
            return false;
        }
        rest.begin(why, now);
        return true;
    }

    synchronized Duration resting() {
        return rest.left(nanoTime.getAsLong());
    }

    synchronized Cause whyResting() {
        return rest.why();
    }

    /** Takes out what fits. */
    synchronized List<QueuedMail> remove(Predicate<QueuedMail> wanted) {
        return queue.remove(wanted);
    }

    /** How long a message of this account that joined now would wait at the present pace; zero while that is not known. */
    synchronized Duration expectedWait(String account) {
        long now = nanoTime.getAsLong();
        double perSecond = Math.min(pace.perSecond(now), messages.limit());
        if (perSecond < 0 && Double.isInfinite(messages.limit())) {
            return Duration.ZERO;
        }
        double rate = perSecond < 0 ? messages.limit() : perSecond;
        // Accounts have turns: each of its messages waits for one of every other account.
        long before = Math.min(queue.all().messages(), (long) queue.of(account).messages() * queue.accounts());
        return Duration.ofMillis((long) Math.min(before * 1000 / Math.max(rate, 0.001), 86_400_000));
    }

    synchronized FairQueue.Waiting waiting() {
        return queue.all();
    }

    synchronized FairQueue.Waiting waitingOf(String account) {
        return queue.of(account);
    }

    /** What hosts of it said last. */
    synchronized void said(String reply) {
        lastReply = Optional.of(reply);
    }

    /** For those who look on; empty if there is nothing to be seen. */
    synchronized Optional<QueueState> state(Instant wallClock) {
        long now = nanoTime.getAsLong();
        double perSecond = Math.max(0, pace.perSecond(now));
        var resting = rest.left(now);
        if (queue.isEmpty() && open == 0 && resting.isZero() && perSecond == 0) {
            return Optional.empty();
        }
        var waiting = queue.waiting();
        var byDomain =
                waiting.stream().collect(Collectors.groupingBy(QueuedMail::domain, Collectors.summingInt(mail -> 1)));
        return Optional.of(new QueueState(
                name.name(),
                source,
                queue.all().messages(),
                queue.all().octets(),
                waiting.stream()
                        .map(mail -> mail.mail().envelope().acceptedAt())
                        .min(Comparator.naturalOrder()),
                open,
                allowed(),
                Math.round(perSecond * 10) / 10.0,
                resting.isZero() ? Optional.empty() : Optional.of(wallClock.plus(resting)),
                resting.isZero() ? Optional.empty() : Optional.of(rest.why().explanation()),
                lastReply,
                byDomain.entrySet().stream()
                        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                        .limit(DOMAINS_SHOWN)
                        .map(entry -> new QueueState.Domain(entry.getKey(), entry.getValue()))
                        .toList()));
    }

    /** Nothing waits, nobody works, nothing is to be remembered. */
    synchronized boolean unused() {
        return queue.isEmpty() && workers == 0 && rest.isForgotten(nanoTime.getAsLong());
    }
}
