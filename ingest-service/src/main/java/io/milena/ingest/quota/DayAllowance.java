package io.milena.ingest.quota;

import io.milena.smtp.Replies;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Function;

/** This replica's part of an account's messages of a day. Thread-safe. */
final class DayAllowance {
    /** Time until auth-service is asked again after nothing was left. */
    private static final Duration REFUSAL = Duration.ofSeconds(1);

    /** Time after which unused messages are given back. */
    private static final Duration IDLE = Duration.ofSeconds(2);

    private final Function<Leases.Wish, Future<Leases.Grant>> leases;
    private final Ticker ticker;
    private final String account;
    private String period = "";
    private long used;
    private long held;
    private long validUntil;
    private long refusedUntil;
    private boolean refused;
    private long lastTaken;
    /** Messages used since the last settlement, and between the two before it. */
    private long taken;

    private long takenBefore;
    private long sequence;
    private Future<Leases.Grant> asking;
    /** The limit has changed since the pending request was made. */
    private boolean stale;

    DayAllowance(String account, Function<Leases.Wish, Future<Leases.Grant>> leases, Ticker ticker) {
        this.account = account;
        this.leases = leases;
        this.ticker = ticker;
        this.validUntil = ticker.nanos();
    }

    /** Takes one message, if one is left. */
    Future<Admission> take() {
        synchronized (this) {
            long now = ticker.nanos();
            if (now - validUntil < 0 && used < held) {
                used++;
                taken++;
                lastTaken = now;
                var day = period;
                return Future.succeededFuture(new Admission.Admitted(() -> giveBack(day)));
            }
            if (refused && now - refusedUntil < 0) {
                return Future.succeededFuture(new Admission.Refused(Replies.DAY_USED_UP));
            }
        }
        return ask(1).transform(answer -> {
            if (answer.failed()) {
                return Future.succeededFuture(new Admission.Refused(Replies.LIMITS_UNKNOWN));
            }
            return take();
        });
    }

    private synchronized void giveBack(String day) {
        if (day.equals(period)) {
            used--;
        }
    }

    /**
     * Sends a request unless one is pending; messages that come meanwhile wait for its answer. {@code more}: 0 to keep
     * used messages only, 1 for more.
     */
    private synchronized Future<Leases.Grant> ask(int more) {
        if (asking != null) {
            return asking;
        }
        long askedAt = ticker.nanos();
        // As many as in a second, so that a busy account asks seldom.
        long wanted = used + more * Math.max(1, Math.max(taken, takenBefore));
        var asked = leases.apply(new Leases.Wish(account, Leases.Measure.DAY, ++sequence, period, held, wanted));
        var answered = asked.onComplete(answer -> {
            synchronized (this) {
                asking = null;
                if (answer.succeeded()) {
                    granted(answer.result(), askedAt, more > 0);
                }
            }
        });
        asking = answered.isComplete() ? null : answered;
        return answered;
    }

    private void granted(Leases.Grant grant, long askedAt, boolean moreAsked) {
        if (!grant.period().equals(period)) {
            period = grant.period();
            used = 0;
        }
        held = grant.held();
        if (stale) {
            stale = false;
            giveUpUnused();
            return;
        }
        validUntil = askedAt + Duration.ofMillis(grant.millis()).toNanos();
        refused = moreAsked && held <= used;
        refusedUntil = ticker.nanos() + REFUSAL.toNanos();
    }

    /** Called periodically: gives back messages that are not needed. */
    synchronized void settle() {
        takenBefore = taken;
        taken = 0;
        if (ticker.nanos() - lastTaken > IDLE.toNanos() && held > used) {
            giveUpUnused();
        }
    }

    /** The limit has changed, or this replica stops: nothing more is taken without asking. */
    synchronized Future<?> giveUpUnused() {
        refused = false;
        if (asking != null) {
            stale = true;
            return asking;
        }
        if (held <= used) {
            return Future.succeededFuture();
        }
        held = used;
        return ask(0);
    }
}
