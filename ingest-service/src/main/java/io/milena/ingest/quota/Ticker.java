package io.milena.ingest.quota;

/** A clock in nanoseconds that runs tasks. Thread-safe. */
public interface Ticker {
    long nanos();

    /** Runs the task once, on some thread, no earlier than after {@code millis} milliseconds. */
    void in(long millis, Runnable task);
}
