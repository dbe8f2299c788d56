package io.milena.bench;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Takes a while for each message, and while it is shut holds back its final reply. Thread-safe. */
final class Gate implements Manner {
    private volatile Duration delay = Duration.ZERO;
    private volatile CountDownLatch shut = new CountDownLatch(0);

    /** From now on no content is acknowledged. */
    void shut() {
        shut = new CountDownLatch(1);
    }

    /** Releases the waiting replies; from now on each takes {@code each}. */
    void open(Duration each) {
        delay = each;
        shut.countDown();
    }

    @Override
    public void beforeTaken() throws InterruptedException {
        shut.await();
        if (delay.isPositive()) {
            Thread.sleep(delay);
        }
    }
}
