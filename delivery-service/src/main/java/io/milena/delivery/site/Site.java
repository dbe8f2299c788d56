package io.milena.delivery.site;

import io.milena.delivery.remote.Cause;
import io.milena.delivery.shaping.Limits;
import io.milena.delivery.shaping.SiteName;
import io.milena.smtp.Excerpt;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * A set of hosts that many domains may share, as used from one source: its queue, and the connections that serve it
 * within the limits. A slow or dead site fills its own queue only. Thread-safe; times are {@link System#nanoTime()}.
 */
public final class Site {
    /** Waiting messages that justify one more connection. */
    private static final int WAITING_PER_CONNECTION = 4;

    /** Upper bound, in octets, of a host's words as shown to operators. */
    private static final int LONGEST_REASON = 300;
    /** Turns per round of transactional, normal and bulk mail. */
    private static final List<Integer> CLASS_WEIGHTS = List.of(16, 4, 1);

    private static final int LEAST_URGENT = CLASS_WEIGHTS.size() - 1;

    private static final int HOMELESS = -1;
    /** Time after which a site that was handed out has been used; in nanoseconds. */
    private static final long HANDED_OVER = Duration.ofMinutes(1).toNanos();

    private final SiteName name;
    private final Optional<String> source;
    private final Rest rest;
    private final LongSupplier nanoTime;
    private final FairQueue<QueuedMail> queue = new FairQueue<>(CLASS_WEIGHTS, QueuedMail::account, QueuedMail::bytes);
    private final Throttle newConnections;
    private final Throttle messages;
    private final ConnectionLevel level = new ConnectionLevel();
    private final Outlook outlook;
    private Limits limits;
    private Ownership ownership = new Ownership();
    /** The partition that the mail of an unshared site is read from. */
    private int home = HOMELESS;

    private int connections;
    private int workers;
    /** Workers that are no longer counted but whose connection may still be open. */
    private int leaving;

    private int waitingWorkers;
    private int trying;
    private int open;
    private long found;
    private Optional<String> lastReply = Optional.empty();

    /** {@code source}: name of the address of ours that the site is used from, if it has one. */
    public Site(SiteName name, Optional<String> source, Limits limits, Rest rest, LongSupplier nanoTime) {
        this.name = name;
        this.source = source;
        this.limits = limits;
        this.connections = limits.connections();
        this.rest = rest;
        this.nanoTime = nanoTime;
        long now = nanoTime.getAsLong();
        this.newConnections = new Throttle(now);
        this.messages = new Throttle(now);
        this.outlook = new Outlook(queue, messages, nanoTime);
    }

    public SiteName name() {
        return name;
    }

    public Optional<String> source() {
        return source;
    }

    /** Applies the limits that hold from now on, and this replica's part of them. */
    public synchronized void obey(Limits now, Ownership of) {
        limits = now;
        ownership = of;
        share();
        newConnections.limit(ownership.perSecond(name, now.newConnections()));
        messages.limit(ownership.perSecond(name, now.messages()));
        notifyAll();
    }

    /** Learns our share of connections: an unshared site belongs whole to the replica that reads its mail. */
    private void share() {
        boolean ours = name.shared() || home == HOMELESS || ownership.owns(home);
        connections = ours ? ownership.connections(name, limits.connections()) : 0;
    }

    public synchronized Limits limits() {
        return limits;
    }

    /** Whether other replicas have all of the site's connections. */
    public synchronized boolean isElsewhere() {
        return connections == 0;
    }

    /**
     * Whether a message read from this partition must go to another replica. The partition becomes the home of an
     * unshared site that has no home here.
     */
    public synchronized boolean isElsewhere(int partition) {
        if (!name.shared() && (home == HOMELESS || !ownership.owns(home))) {
            home = partition;
            share();
        }
        return connections == 0;
    }

    /** Whether there are no more connections than our present share. */
    synchronized boolean isWithinShare() {
        return workers + leaving <= connections;
    }

    /** Queues a message; whether the caller must start one more worker, which is then counted. */
    public synchronized boolean add(QueuedMail mail) {
        if (queue.isEmpty()) {
            outlook.restart();
        }
        queue.add(mail, mail.lane());
        return hire();
    }

    /** Puts back a message that could not use its turn. */
    public synchronized void giveBack(QueuedMail mail) {
        queue.giveBack(mail, mail.lane());
        notifyAll();
    }

    /** Whether to start another worker after limits or connections (not the queue) changed; it is then counted. */
    public synchronized boolean hire() {
        if (queue.isEmpty()) {
            return false;
        }
        if (waitingWorkers > 0) {
            wakeUp();
            return false;
        }
        if (workers >= Math.min(allowed(), 1 + queue.all().messages() / WAITING_PER_CONNECTION)
                || workers + leaving >= connections) {
            return false;
        }
        workers++;
        return true;
    }

    /**
     * Wakes one worker, since of many woken for one message all but one would find nothing. With a limit on new
     * connections it wakes all: the one might have to wait for that rate.
     */
    private void wakeUp() {
        if (Double.isInfinite(newConnections.limit())) {
            notify();
        } else {
            notifyAll();
        }
    }

    private int allowed() {
        // After a failure one connection tests whether the site is reachable.
        return rest.isDoubted() ? Math.min(1, connections) : level.within(connections);
    }

    /** The next step of a worker. */
    public sealed interface Turn {
        record Send(QueuedMail mail) implements Turn {}

        /** Close the connection, which has been idle for too long. The worker stays, since mail waits. */
        record HangUp() implements Turn {}

        /** The worker is no longer counted, but its connection is: it must close that and call {@link Site#gone()}. */
        record Leave() implements Turn {}

        /** Nothing to do for this time, unless something changes. */
        record Wait(long nanos) implements Turn {}
    }

    /** The next step of a worker that has been idle since {@code idleSince}. Blocks while there is none. */
    public synchronized Turn take(boolean connected, long idleSince) {
        while (true) {
            var turn = nextTurn(connected, idleSince);
            switch (turn) {
                case Turn.Wait(var nanos) -> {
                    waitingWorkers++;
                    try {
                        wait(Math.max(1, nanos / 1_000_000));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        leave();
                        return new Turn.Leave();
                    } finally {
                        waitingWorkers--;
                    }
                }
                case Turn.Leave leave -> {
                    leave();
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

    /** The next step of a worker, without waiting. */
    public synchronized Turn nextTurn(boolean connected, long idleSince) {
        long now = nanoTime.getAsLong();
        if (workers > Math.max(1, allowed()) || connections == 0) {
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

    /** A worker takes no more turns. */
    public synchronized void leave() {
        workers--;
        leaving++;
        if (!queue.isEmpty()) {
            // The leaving worker may be the one that was woken for the waiting mail.
            wakeUp();
        }
    }

    /** The connection of a worker that left has ended; whether the caller must start another worker in its place. */
    public synchronized boolean gone() {
        leaving--;
        return hire();
    }

    /** Adds to the number of workers that are trying to reach a host: 1 when one begins, -1 when it stops. */
    public synchronized void trying(int change) {
        trying += change;
    }

    /** Counts against the rate a connection for which no turn was given. */
    public synchronized void connecting() {
        newConnections.take(nanoTime.getAsLong());
    }

    /** Adds to the number of open sessions: 1 or -1. */
    public synchronized void opened(int change) {
        open += change;
    }

    /** A message went through; whether the caller must start one more worker. */
    public synchronized boolean succeeded() {
        rest.over();
        level.succeeded(open, connections);
        return hire();
    }

    public synchronized void settledOne() {
        outlook.settledOne();
    }

    /** A connection was refused or broken off. */
    public synchronized void troubled() {
        level.failed(open, nanoTime.getAsLong());
    }

    /**
     * Whether the site rests, after no host let us in; the caller then defers the waiting mail. While others of our
     * connections are open or being made it does not rest, but accepts fewer connections. Each rest is longer than the
     * one before.
     */
    public synchronized boolean restsAfter(Cause why) {
        long now = nanoTime.getAsLong();
        if (open + trying > 0) {
            level.failed(open + trying, now);
            return false;
        }
        rest.begin(why, now);
        return true;
    }

    public synchronized Duration resting() {
        return rest.left(nanoTime.getAsLong());
    }

    /** How a message waits that comes during a rest, with this queue lifetime left. */
    public synchronized Stay stay(QueuedMail mail, Duration left) {
        return rest.stay(mail.account(), mail.domain(), mail.mail().envelope().id(), left, nanoTime.getAsLong());
    }

    /** Whether mail was put on hold since mail was last let in, and after {@code since} if that is given. */
    public synchronized boolean hasHeld(OptionalLong since) {
        return rest.hasHeld(since);
    }

    /** Ends a rest that began before {@code asked}. */
    public synchronized void probe(long asked) {
        rest.probe(asked, nanoTime.getAsLong());
    }

    public synchronized Cause whyResting() {
        return rest.why();
    }

    /** Removes and returns the messages that match. */
    public synchronized List<QueuedMail> remove(Predicate<QueuedMail> wanted) {
        return queue.remove(wanted);
    }

    /** The mail ahead of a message of this account and class, and the time that it takes. */
    public synchronized Outlook.Ahead ahead(String account, int lane) {
        return outlook.ahead(account, lane, workers);
    }

    /** The mail ahead of a message in the least urgent class of this account. */
    public synchronized Outlook.Ahead ahead(String account) {
        return outlook.ahead(account, LEAST_URGENT, workers);
    }

    /** Estimated time until the turn of a message that is set aside now; one hour at most. */
    public synchronized Duration expectedTurn(String account, int lane, boolean wasInTier) {
        return outlook.turn(account, lane, wasInTier, workers);
    }

    /** A message is set aside, to {@code mail.waiting} or to a delay topic. */
    public synchronized void setAside(String account, int lane, boolean inTier) {
        outlook.setAside(account, lane, inTier);
    }

    /** A message was read again that this site may have set aside. */
    public synchronized void isBack(String account, int lane, boolean fromTier) {
        outlook.isBack(account, lane, fromTier);
    }

    /** How long all waiting mail would take at the present pace; zero while the pace is not known. */
    public synchronized Duration expectedWait() {
        return queue.names().stream()
                .map(account -> ahead(account).time())
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    public synchronized FairQueue.Waiting waiting() {
        return queue.all();
    }

    /** Keeps the last reply of the site's hosts. */
    public synchronized void said(String reply) {
        lastReply = Optional.of(reply);
    }

    /**
     * The site as operators see it; empty if no mail waits or was settled lately, no session is open and it does not
     * rest.
     */
    synchronized Optional<QueueState> state(Instant wallClock) {
        long now = nanoTime.getAsLong();
        double perSecond = Math.max(0, outlook.perSecond());
        var resting = rest.left(now);
        if (queue.isEmpty() && open == 0 && resting.isZero() && perSecond == 0) {
            return Optional.empty();
        }
        var waiting = queue.waiting();
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
                resting.isZero()
                        ? Optional.empty()
                        : Optional.of(Excerpt.of(rest.why().explanation(), LONGEST_REASON)),
                lastReply.map(reply -> Excerpt.of(reply, LONGEST_REASON)),
                QueueState.Domain.most(waiting)));
    }

    /** Whether no mail waits, no worker exists and no failure needs to be remembered. */
    synchronized boolean unused() {
        return queue.isEmpty() && workers + leaving == 0 && rest.isForgotten(nanoTime.getAsLong());
    }

    /** Notes that the site was handed out to a thread that may use it soon. */
    synchronized void found() {
        found = nanoTime.getAsLong();
    }

    /** Whether the site is unused and was not handed out lately. */
    synchronized boolean forgettable() {
        return unused() && nanoTime.getAsLong() - found > HANDED_OVER;
    }
}
