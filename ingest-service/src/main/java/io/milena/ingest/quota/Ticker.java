package io.milena.ingest.quota;

/** Time that passes, in nanoseconds, and what is to happen in it. Thread-safe. */
public interface Ticker {
    long nanos();

    /** Runs the task once, on some thread, no earlier than in so many milliseconds. */
    void in(long millis, Runnable task);
}
