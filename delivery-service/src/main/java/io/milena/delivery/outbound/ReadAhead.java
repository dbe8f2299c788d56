package io.milena.delivery.outbound;

import io.milena.delivery.site.FairQueue;
import io.milena.delivery.site.QueuedMail;
import java.util.concurrent.atomic.AtomicLong;

/** The budget of mail that is read and not settled, in messages and octets, and its use. Thread-safe. */
public final class ReadAhead {
    private final OutboundSettings config;
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong octets = new AtomicLong();

    public ReadAhead(OutboundSettings config) {
        this.config = config;
    }

    void take(QueuedMail mail) {
        octets.addAndGet(mail.bytes());
        messages.incrementAndGet();
    }

    void release(QueuedMail mail) {
        octets.addAndGet(-mail.bytes());
        messages.decrementAndGet();
    }

    public long messages() {
        return messages.get();
    }

    public long octets() {
        return octets.get();
    }

    /** The budget in messages. */
    int mostMessages() {
        return config.readAheadMessages();
    }

    /** Used share of the budget; at 1 and above it is full. */
    double used() {
        return share(messages.get(), octets.get());
    }

    /** Share of the budget that this mail takes. */
    double share(FairQueue.Waiting waiting) {
        return share(waiting.messages(), waiting.octets());
    }

    private double share(long some, long size) {
        return Math.max(
                (double) some / config.readAheadMessages(),
                (double) size / config.readAheadBytes().asLongValue());
    }

    /** Whether the rest of the budget is kept for mail that was not read before. */
    boolean isHalfFull() {
        return used() >= 0.5;
    }

    /** Whether accounts with much mail must give way to mail that is not read yet. */
    boolean isCrowded() {
        return used() >= 0.75;
    }

    /** Whether accounts with few messages must give way too, where a site has much mail. */
    boolean isNearlyFull() {
        return used() >= 0.9;
    }

    boolean isFull() {
        return used() >= 1;
    }
}
