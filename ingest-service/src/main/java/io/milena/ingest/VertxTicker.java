package io.milena.ingest;

import io.milena.ingest.quota.Ticker;
import io.vertx.core.Vertx;

/** Time as it passes; tasks run on an event loop. */
record VertxTicker(Vertx vertx) implements Ticker {
    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public void in(long millis, Runnable task) {
        vertx.setTimer(millis, timer -> task.run());
    }
}
