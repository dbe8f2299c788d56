package io.milena.delivery.site;

import io.milena.delivery.remote.Cause;
import io.milena.delivery.shaping.Limits;
import io.milena.delivery.shaping.SiteName;
import io.milena.smtp.Excerpt;
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
public final class Site {
    /** One connection is enough for so many that wait. */
    private static final int WAITING_PER_CONNECTION = 4;

    private static final int DOMAINS_SHOWN = 10;
    /** Octets of what is shown of a host's words. */
    private static final int LONGEST_REASON = 300;
    /** Turns of a round: transactional, normal and bulk mail. */
    private static final List<Integer> CLASS_WEIGHTS = List.of(16, 4, 1);

    private static final int LEAST_URGENT = CLASS_WEIGHTS.size() - 1;

    private static final int HOMELESS = -1;
    private static final Duration VERY_LONG = Duration.ofDays(1);
    /** What is set aside comes back within this: what is known of a site does not tell more of its future. */
    private static final Duration LONGEST_ASIDE = Duration.ofHours(1);
    /** Who was told of it has used it by then. */
    private static final long HANDED_OVER = Duration.ofMinutes(1).toNanos();

    private final SiteName name;
    private final Optional<String> source;
    private final Rest rest;
    private final LongSupplier nanoTime;
    private final FairQueue<QueuedMail> queue = new FairQueue<>(CLASS_WEIGHTS, QueuedMail::account, QueuedMail::bytes);
    private final Throttle newConnections;
    private final Throttle messages;
    private final ConnectionLevel level = new ConnectionLevel();
    private final Forecast<Turns> forecast;
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
        this.forecast = new Forecast<>(LONGEST_ASIDE, now);
    }

    public SiteName name() {
        return name;
    }

    public Optional<String> source() {
        return source;
    }

    /** What holds from now on, and how much of it for this replica. */
    public synchronized void obey(Limits now, Ownership of) {
        limits = now;
        ownership = of;
        share();
        newConnections.limit(ownership.perSecond(name, now.newConnections()));
        messages.limit(ownership.perSecond(name, now.messages()));
        notifyAll();
    }

    /** Who reads the mail of a site that nobody shares has all of its connections. */
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

    /** The same for a message that was read from this partition: where nobody shares the site, that is its home if it has none here. */
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
            forecast.restart(nanoTime.getAsLong());
        }
        queue.add(mail, mail.lane());
        return hire();
    }

    /** It could not use its turn. */
    public synchronized void giveBack(QueuedMail mail) {
        queue.giveBack(mail, mail.lane());
        notifyAll();
    }

    /** The same, when something has changed but what waits. */
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
        // After a failure it is only asked whether it is there again.
        return rest.isDoubted() ? Math.min(1, connections) : level.within(connections);
    }

    /** What a worker is to do next. */
    public sealed interface Turn {
        record Send(QueuedMail mail) implements Turn {}

        /** It has been idle for long, but there may be more for it. */
        record HangUp() implements Turn {}

        /** It is not counted any more, but for its connection: it is to end that, and say so by {@link Site#gone()}. */
        record Leave() implements Turn {}

        /** Nothing for so long, unless something changes. */
        record Wait(long nanos) implements Turn {}
    }

    /** Blocks while there is nothing to do for a worker that has been idle since then. */
    public synchronized Turn take(boolean connected, long idleSince) {
        while (true) {
            var turn = turn(connected, idleSince);
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

    /** The same without waiting. */
    public synchronized Turn turn(boolean connected, long idleSince) {
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
        forecast.settledOne(nanoTime.getAsLong());
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

    /** Takes out what fits. */
    public synchronized List<QueuedMail> remove(Predicate<QueuedMail> wanted) {
        return queue.remove(wanted);
    }

    /**
     * What a message that joined now would wait for: all that is as urgent or more so, of its account and of all; and how long that takes at the present pace,
     * and at that of the last minutes if it was better, zero while that is not known.
     */
    public record Ahead(FairQueue.Waiting ofAccount, FairQueue.Waiting ofAll, Duration time, Duration longRun) {}

    /** Before a message of this account and class. */
    public synchronized Ahead ahead(String account, int lane) {
        long now = nanoTime.getAsLong();
        var ofAccount = queue.of(account, lane);
        var ofAll = queue.all(lane);
        long before = before(ofAccount, ofAll);
        return new Ahead(
                ofAccount, ofAll, timeFor(before, within(forecast.soon(now, workers))), timeLater(before, now));
    }

    /** Before one that is less urgent than all others of its account. */
    public synchronized Ahead ahead(String account) {
        return ahead(account, LEAST_URGENT);
    }

    /** Accounts have turns: each of its messages waits for one of every other account. */
    private long before(FairQueue.Waiting ofAccount, FairQueue.Waiting ofAll) {
        return Math.min(ofAll.messages(), (long) ofAccount.messages() * queue.accounts());
    }

    /** Not more than the limit, which is as good a guess as any. */
    private double within(double perSecond) {
        if (perSecond >= 0) {
            return Math.min(perSecond, messages.limit());
        }
        return Double.isInfinite(messages.limit()) ? perSecond : messages.limit();
    }

    private static Duration timeFor(double messages, double perSecond) {
        return perSecond < 0
                ? Duration.ZERO
                : Duration.ofMillis(
                        (long) Math.min(messages * 1000 / Math.max(perSecond, 0.001), VERY_LONG.toMillis()));
    }

    /** The same in the long run; what is limited is no guess. */
    private Duration timeLater(double messages, long now) {
        double perSecond = within(forecast.later(now, workers));
        var time = timeFor(messages, perSecond);
        return perSecond == this.messages.limit() ? time : forecast.atMost(time, now);
    }

    /**
     * When it would be the turn of a message that is set aside now, as far as one can guess: behind what waits here and in {@code mail.waiting} of its account
     * and class and, unless it was in a delay topic before, behind what is there.
     */
    public synchronized Duration turn(String account, int lane, boolean wasInTier) {
        long now = nanoTime.getAsLong();
        double elsewhere = forecast.before(new Turns(account, lane), wasInTier, now) * Math.max(1, queue.accounts());
        var turn = timeLater(before(queue.of(account, lane), queue.all(lane)) + elsewhere, now);
        return turn.compareTo(LONGEST_ASIDE) < 0 ? turn : LONGEST_ASIDE;
    }

    /** A message is set aside. */
    public synchronized void setAside(String account, int lane, boolean inTier) {
        forecast.setAside(new Turns(account, lane), inTier, nanoTime.getAsLong());
    }

    /** One is back that may have been set aside by this site. */
    public synchronized void isBack(String account, int lane, boolean fromTier) {
        forecast.isBack(new Turns(account, lane), fromTier, nanoTime.getAsLong());
    }

    private record Turns(String account, int lane) {}

    /** How long all that waits would take at the present pace; zero while that is not known. */
    public synchronized Duration expectedWait() {
        return queue.names().stream()
                .map(account -> ahead(account).time())
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    public synchronized FairQueue.Waiting waiting() {
        return queue.all();
    }

    /** What hosts of it said last. */
    public synchronized void said(String reply) {
        lastReply = Optional.of(reply);
    }

    /** For those who look on; empty if there is nothing to be seen. */
    synchronized Optional<QueueState> state(Instant wallClock) {
        long now = nanoTime.getAsLong();
        double perSecond = Math.max(0, forecast.perSecond(now));
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
                resting.isZero()
                        ? Optional.empty()
                        : Optional.of(Excerpt.of(rest.why().explanation(), LONGEST_REASON)),
                lastReply.map(reply -> Excerpt.of(reply, LONGEST_REASON)),
                byDomain.entrySet().stream()
                        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                        .limit(DOMAINS_SHOWN)
                        .map(entry -> new QueueState.Domain(entry.getKey(), entry.getValue()))
                        .toList()));
    }

    /** Nothing waits, nobody works, nothing is to be remembered. */
    synchronized boolean unused() {
        return queue.isEmpty() && workers + leaving == 0 && rest.isForgotten(nanoTime.getAsLong());
    }

    /** Somebody was told of it. */
    synchronized void found() {
        found = nanoTime.getAsLong();
    }

    /** The same when nobody has been told of it lately. */
    synchronized boolean forgettable() {
        return unused() && nanoTime.getAsLong() - found > HANDED_OVER;
    }
}
