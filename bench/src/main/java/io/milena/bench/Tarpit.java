package io.milena.bench;

import java.time.Duration;

/** Accepts every client, and is slow with the greeting and each reply. */
record Tarpit(Duration greeting, Duration reply) implements Manner {
    @Override
    public String greeting(int open) {
        try {
            Thread.sleep(greeting);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "220 tarpit";
    }

    @Override
    public void beforeReply() throws InterruptedException {
        Thread.sleep(reply);
    }

    @Override
    public void beforeTaken() throws InterruptedException {
        Thread.sleep(reply);
    }
}
