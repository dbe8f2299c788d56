package io.milena.ingest.quota;

import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that stands still until the test lets it run; tasks run on the test's thread, in their order. */
final class SimulatedTime implements Ticker {
    private record Task(long at, long order, Runnable action) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::order));
    private long now;
    private long order;

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public void in(long millis, Runnable task) {
        tasks.add(new Task(now + millis * 1_000_000, order++, task));
    }

    void run(long millis) {
        long end = now + millis * 1_000_000;
        while (!tasks.isEmpty() && tasks.peek().at() <= end) {
            var next = tasks.remove();
            now = next.at();
            next.action().run();
        }
        now = end;
    }
}
