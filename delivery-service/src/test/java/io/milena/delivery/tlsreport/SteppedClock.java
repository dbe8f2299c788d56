package io.milena.delivery.tlsreport;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;

/** A clock that stands still until a test moves it. Thread-safe. */
public final class SteppedClock extends Clock {
    private final AtomicInteger looksLeft = new AtomicInteger();
    private volatile Instant now;
    private volatile Instant later = Instant.MAX;

    public SteppedClock(String now) {
        this.now = Instant.parse(now);
    }

    public void goOn(Duration by) {
        now = now.plus(by);
    }

    public void set(Instant now) {
        this.now = now;
    }

    /** Sets it to {@code then} after it was read that many times: for an event while others are at work. */
    public void setAfter(int looks, Instant then) {
        later = then;
        looksLeft.set(looks);
    }

    @Override
    public Instant instant() {
        if (looksLeft.get() > 0 && looksLeft.decrementAndGet() == 0) {
            now = later;
        }
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
