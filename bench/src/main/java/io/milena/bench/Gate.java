package io.milena.bench;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Takes a while for each message, and while it is shut keeps back its word that a content was taken. Thread-safe. */
final class Gate implements Manner {
    private volatile Duration delay = Duration.ZERO;
    private volatile CountDownLatch shut = new CountDownLatch(0);

    /** From now on nothing is taken. */
    void shut() {
        shut = new CountDownLatch(1);
    }

    /** What waits goes through, and all that comes, each after the delay. */
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
