package io.milena.delivery.site;

import io.milena.delivery.remote.Cause;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * The rests of a site or destination that cannot be reached, each twice as long as the one before, up to a bound. Times
 * are {@link System#nanoTime()}; not thread-safe.
 */
public final class Rest {
    private final Duration first;
    private final Duration longest;
    private int failures;
    private long began;
    private long until;
    private final Scouts scouts = new Scouts();
    private OptionalLong lastHeld = OptionalLong.empty();
    private Cause why = new Cause.NotTried("the destination rests");

    public Rest(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
    }

    /** Begins a rest after a failure. A failure during a rest changes nothing, since its attempt began before. */
    public void begin(Cause cause, long now) {
        if (failures > 0 && until - now > 0) {
            return;
        }
        var rest = first.multipliedBy(1L << Math.min(failures, 20));
        failures++;
        began = now;
        until = now + (rest.compareTo(longest) < 0 ? rest : longest).toNanos();
        why = cause;
    }

    /** Ends a rest that began before {@code asked}; one attempt then shows whether to rest again. */
    public void probe(long asked, long now) {
        if (began - asked < 0 && until - now > 0) {
            until = now;
        }
    }

    public void over() {
        if (failures > 0) {
            failures = 0;
            scouts.forget();
            lastHeld = OptionalLong.empty();
        }
    }

    /**
     * How a message waits that comes now, with this queue lifetime left. In a first rest nobody goes on hold, since it
     * may be the last.
     */
    public Stay stay(String account, String domain, String id, Duration left, long now) {
        if (failures < 2) {
            return Stay.SHORT;
        }
        if (scouts.isOne(account, domain, id, left, left(now), now)) {
            return Stay.SCOUT;
        }
        lastHeld = OptionalLong.of(now);
        return Stay.HOLD;
    }

    /** Whether a message was put on hold since mail was last let in, and after {@code since} if that is given. */
    public boolean hasHeld(OptionalLong since) {
        return lastHeld.isPresent() && (since.isEmpty() || lastHeld.getAsLong() - since.getAsLong() > 0);
    }

    /** Whether the last attempt failed, so that one connection must test first. */
    boolean isDoubted() {
        return failures > 0;
    }

    /** Time until the rest ends; zero outside a rest. */
    public Duration left(long now) {
        return failures == 0 ? Duration.ZERO : Duration.ofNanos(Math.max(0, until - now));
    }

    public Cause why() {
        return why;
    }

    public boolean isForgotten(long now) {
        return failures == 0 || now - until > longest.toNanos();
    }
}
