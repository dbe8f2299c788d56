package io.milena.delivery.site;

import io.milena.delivery.remote.Cause;
import java.time.Duration;

/** What can't be reached rests, twice as long each time, up to a bound. Times are {@link System#nanoTime()}; not thread-safe. */
public final class Rest {
    private final Duration first;
    private final Duration longest;
    private int failures;
    private long began;
    private long until;
    private Cause why = new Cause.NotTried("the destination rests");

    public Rest(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
    }

    /** A failure; one that comes while it rests already began before, and changes nothing. */
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

    /** It may be tried now if the rest began before {@code asked}: one attempt shows whether it is to rest further. */
    public void probe(long asked, long now) {
        if (began - asked < 0 && until - now > 0) {
            until = now;
        }
    }

    public void over() {
        failures = 0;
    }

    /** Whether it failed last, so that one attempt is enough to see. */
    boolean isDoubted() {
        return failures > 0;
    }

    /** Zero if it does not rest. */
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
