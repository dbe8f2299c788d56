package io.milena.ingest.quota;

import io.milena.smtp.Replies;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;

/**
 * This replica's share of an account's rate: in any second it admits no more than the share in force. A client that is
 * too fast waits a little. Thread-safe.
 */
final class RateAllowance {
    private static final long WINDOW = Duration.ofSeconds(1).toNanos();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Interval at which a share in use is renewed, so that other replicas get theirs. */
    private static final Duration RENEWAL = Duration.ofSeconds(2);

    private static final Duration SHORTAGE = Duration.ofSeconds(1);
    private static final Duration HURRY = Duration.ofMillis(200);
    private static final Duration IDLE = Duration.ofSeconds(3);
    private static final Runnable NOTHING_TO_GIVE_BACK = () -> {};

    private record Waiting(Promise<Admission> admission, long until) {}

    private final Function<Leases.Wish, Future<Leases.Grant>> leases;
    private final Ticker ticker;
    private final String account;
    /** Times at which the messages of the last second were admitted. */
    private final Deque<Long> recent = new ArrayDeque<>();

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long share;
    /** A larger share was in force until {@link #loweredAt}. */
    private long shareBefore;

    private long loweredAt;
    private long validUntil;
    private long askedAt;
    private long lastWanted;
    private boolean asking;
    /** The limit has changed since the pending request was made. */
    private boolean stale;

    private boolean timer;
    private boolean failed;
    private long sequence;

    RateAllowance(String account, Function<Leases.Wish, Future<Leases.Grant>> leases, Ticker ticker) {
        this.account = account;
        this.leases = leases;
        this.ticker = ticker;
        long now = ticker.nanos();
        validUntil = now;
        loweredAt = now - WINDOW;
        askedAt = now - RENEWAL.toNanos();
        lastWanted = now;
    }

    /** Admits one message, now or in a while. */
    Future<Admission> take() {
        var admission = Promise.<Admission>promise();
        synchronized (this) {
            lastWanted = ticker.nanos();
            waiting.add(new Waiting(admission, lastWanted + PATIENCE.toNanos()));
        }
        pump();
        return admission.future();
    }

    /**
     * Admits waiting messages within the share, refuses those that have waited too long, and asks for a larger share if
     * needed.
     */
    private void pump() {
        var answers = new ArrayDeque<Runnable>();
        synchronized (this) {
            long now = ticker.nanos();
            while (!recent.isEmpty() && now - recent.peekFirst() >= WINDOW) {
                recent.removeFirst();
            }
            while (!waiting.isEmpty() && now - validUntil < 0 && recent.size() < share) {
                recent.add(now);
                var next = waiting.removeFirst();
                answers.add(() -> next.admission().complete(new Admission.Admitted(NOTHING_TO_GIVE_BACK)));
            }
            while (!waiting.isEmpty() && (failed || now - waiting.peekFirst().until() >= 0)) {
                var next = waiting.removeFirst();
                var reply = failed ? Replies.LIMITS_UNKNOWN : Replies.TOO_FAST;
                answers.add(() -> next.admission().complete(new Admission.Refused(reply)));
            }
            failed = false;
            renew(now);
            wakeForNext(now);
        }
        // Outside the lock: a client may come with its next message at once.
        answers.forEach(Runnable::run);
    }

    private void renew(long now) {
        if (asking) {
            return;
        }
        boolean invalid = now - validUntil >= 0;
        boolean missing = !waiting.isEmpty() && (invalid || recent.size() >= share);
        long since = now - askedAt;
        // Without a share it asks soon; with one it asks periodically whether others have come down.
        var patience = invalid || share == 0 ? HURRY : missing ? SHORTAGE : RENEWAL;
        boolean due = (missing || !recent.isEmpty()) && since >= patience.toNanos();
        if (due) {
            ask(now, recent.size() + waiting.size());
        }
    }

    private void wakeForNext(long now) {
        if (waiting.isEmpty() || timer) {
            return;
        }
        long next = Math.min(HURRY.toNanos(), waiting.peekFirst().until() - now);
        if (!recent.isEmpty()) {
            next = Math.min(next, recent.peekFirst() + WINDOW - now);
        }
        timer = true;
        ticker.in(Math.max(1, Math.ceilDiv(next, 1_000_000)), () -> {
            synchronized (this) {
                timer = false;
            }
            pump();
        });
    }

    private void ask(long now, long wanted) {
        asking = true;
        stale = false;
        askedAt = now;
        leases.apply(new Leases.Wish(account, Leases.Measure.SECOND, ++sequence, "", inForce(now), wanted))
                .onComplete(answer -> {
                    synchronized (this) {
                        asking = false;
                        if (stale) {
                            askedAt = ticker.nanos() - RENEWAL.toNanos();
                        } else if (answer.succeeded()) {
                            granted(answer.result(), now);
                        } else {
                            failed = ticker.nanos() - validUntil >= 0;
                        }
                    }
                    pump();
                });
    }

    /**
     * The share in force. Messages admitted under a larger share count for a second; a second after the lease's end the
     * share is zero, since others may have it.
     */
    private long inForce(long now) {
        if (now - validUntil >= WINDOW) {
            return 0;
        }
        return now - loweredAt < WINDOW ? Math.max(share, shareBefore) : share;
    }

    private void granted(Leases.Grant grant, long asked) {
        set(Math.min(grant.held(), grant.target()));
        validUntil = asked + Duration.ofMillis(grant.millis()).toNanos();
    }

    private void set(long wanted) {
        if (wanted < share) {
            long now = ticker.nanos();
            shareBefore = inForce(now);
            loweredAt = now;
        }
        share = wanted;
    }

    /** Called periodically: keeps a share that is in use, gives back one that is not. */
    void settle() {
        boolean pump;
        synchronized (this) {
            long now = ticker.nanos();
            if (now - lastWanted > IDLE.toNanos() && waiting.isEmpty()) {
                giveUp();
                pump = false;
            } else {
                pump = true;
            }
        }
        if (pump) {
            pump();
        }
    }

    /** Gives its share back, as soon as messages admitted under it no longer count. */
    synchronized Future<?> giveUp() {
        set(0);
        long now = ticker.nanos();
        if (asking || validUntil - now <= 0 || inForce(now) > 0) {
            return Future.succeededFuture();
        }
        validUntil = now;
        return leases.apply(new Leases.Wish(account, Leases.Measure.SECOND, ++sequence, "", 0, 0));
    }

    /** The limit has changed: asks before anything more is admitted. */
    void limitChanged() {
        synchronized (this) {
            set(0);
            stale = asking;
            askedAt = ticker.nanos() - RENEWAL.toNanos();
        }
        pump();
    }
}
