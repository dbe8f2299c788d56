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
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * A set of hosts that many destinations may share, from one of our addresses: what waits for it, and how many connections work on that within
 * its limits. What is slow or down fills only this. Thread-safe; times are {@link System#nanoTime()}.
 */
public final class Site {
    /** One more connection for each of so many messages that wait. */
    private static final int WAITING_PER_CONNECTION = 4;

    /** Octets of what is shown of a host's words. */
    private static final int LONGEST_REASON = 300;
    /** Turns of a round: transactional, normal and bulk mail. */
    private static final List<Integer> CLASS_WEIGHTS = List.of(16, 4, 1);

    private static final int LEAST_URGENT = CLASS_WEIGHTS.size() - 1;

    private static final int HOMELESS = -1;
    /** A site that was handed out has been used by then. */
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
    /** Of a site that nobody shares: the partition that its mail is read from. */
    private int home = HOMELESS;

    private int connections;
    private int workers;
    /** Workers that are not counted any more, whose connection may still be there. */
    private int leaving;

    private int waitingWorkers;
    private int trying;
    private int open;
    private long found;
    private Optional<String> lastReply = Optional.empty();

    /** {@code source}: from which of our addresses, where they have names. */
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

    /** Takes the limits that hold from now on, and this replica's part of them. */
    public synchronized void obey(Limits now, Ownership of) {
        limits = now;
        ownership = of;
        share();
        newConnections.limit(ownership.perSecond(name, now.newConnections()));
        messages.limit(ownership.perSecond(name, now.messages()));
        notifyAll();
    }

    /** The replica that reads the mail of a site that nobody shares has all of its connections. */
    private void share() {
        boolean ours = name.shared() || home == HOMELESS || ownership.owns(home);
        connections = ours ? ownership.connections(name, limits.connections()) : 0;
    }

    public synchronized Limits limits() {
        return limits;
    }

    /** Whether another replica has all of the connections that it may have. */
    public synchronized boolean isElsewhere() {
        return connections == 0;
    }

    /** Whether a message that was read from this partition must go to another replica. The partition becomes the home of a site that nobody shares, if it has none here. */
    public synchronized boolean isElsewhere(int partition) {
        if (!name.shared() && (home == HOMELESS || !ownership.owns(home))) {
            home = partition;
            share();
        }
        return connections == 0;
    }

    /** Whether no more connections are there than are ours now. */
    synchronized boolean isWithinShare() {
        return workers + leaving <= connections;
    }

    /** Whether the caller is to start one more worker, which is then counted. */
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

    /** One: if all of a site's idle connections wake up for each message, all but one find nothing. Unless some wait for a rate, and it may be one of these. */
    private void wakeUp() {
        if (Double.isInfinite(newConnections.limit())) {
            notify();
        } else {
            notifyAll();
        }
    }

    private int allowed() {
        // After a failure one connection asks whether the site is there again.
        return rest.isDoubted() ? Math.min(1, connections) : level.within(connections);
    }

    /** The next step of a worker. */
    public sealed interface Turn {
        record Send(QueuedMail mail) implements Turn {}

        /** Ends the connection, which has been idle for long; there may be more for the worker. */
        record HangUp() implements Turn {}

        /** The worker is not counted any more, but its connection is: it must end that, and say so by {@link Site#gone()}. */
        record Leave() implements Turn {}

        /** Nothing for this time, unless something changes. */
        record Wait(long nanos) implements Turn {}
    }

    /** Blocks while there is nothing to do for a worker that has been idle since then. */
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
            // It may have been woken for that.
            wakeUp();
        }
    }

    /** The connection of a worker that left has ended; whether the caller is to start another worker in its place. */
    public synchronized boolean gone() {
        leaving--;
        return hire();
    }

    /** A worker looks for a host that lets it in, or has ended that. */
    public synchronized void trying(int change) {
        trying += change;
    }

    /** A connection is begun that no turn was given for: the rate has to count it all the same. */
    public synchronized void connecting() {
        newConnections.take(nanoTime.getAsLong());
    }

    /** A worker's session was opened or has ended. */
    public synchronized void opened(int change) {
        open += change;
    }

    /** A message went through; whether the caller is to start one more worker. */
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
     * No host let us in. If others of our connections are at work, they are just as many as it bears, and if others are still being made, these will
     * tell; else it rests, longer each time, and what waits is to be deferred.
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

    /** A rest that began before is over. */
    public synchronized void probe(long asked) {
        rest.probe(asked, nanoTime.getAsLong());
    }

    public synchronized Cause whyResting() {
        return rest.why();
    }

    /** Takes out the messages that fit. */
    public synchronized List<QueuedMail> remove(Predicate<QueuedMail> wanted) {
        return queue.remove(wanted);
    }

    /** How much is before a message of this account and class, and how long that takes. */
    public synchronized Outlook.Ahead ahead(String account, int lane) {
        return outlook.ahead(account, lane, workers);
    }

    /** How much is before a message that is less urgent than all others of its account. */
    public synchronized Outlook.Ahead ahead(String account) {
        return outlook.ahead(account, LEAST_URGENT, workers);
    }

    /** In how long it would be the turn of a message that is set aside now: a guess, of one hour at most. */
    public synchronized Duration expectedTurn(String account, int lane, boolean wasInTier) {
        return outlook.turn(account, lane, wasInTier, workers);
    }

    /** A message is set aside, to {@code mail.waiting} or to a delay topic. */
    public synchronized void setAside(String account, int lane, boolean inTier) {
        outlook.setAside(account, lane, inTier);
    }

    /** A message is back that may have been set aside by this site. */
    public synchronized void isBack(String account, int lane, boolean fromTier) {
        outlook.isBack(account, lane, fromTier);
    }

    /** How long all that waits would take at the present pace; zero while the pace is not known. */
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

    /** The site as operators see it; empty if there is nothing to be seen. */
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

    /** Whether nothing waits, nobody works, and nothing is to be remembered. */
    synchronized boolean unused() {
        return queue.isEmpty() && workers + leaving == 0 && rest.isForgotten(nanoTime.getAsLong());
    }

    /** The site was handed out to a thread that may use it soon. */
    synchronized void found() {
        found = nanoTime.getAsLong();
    }

    /** Whether the site is unused and was not handed out lately. */
    synchronized boolean forgettable() {
        return unused() && nanoTime.getAsLong() - found > HANDED_OVER;
    }
}
