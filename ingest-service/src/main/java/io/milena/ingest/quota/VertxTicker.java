package io.milena.ingest.quota;

import io.vertx.core.Vertx;

/** The real clock; tasks run on an event loop. */
public record VertxTicker(Vertx vertx) implements Ticker {
    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public void in(long millis, Runnable task) {
        vertx.setTimer(millis, timer -> task.run());
    }
}
