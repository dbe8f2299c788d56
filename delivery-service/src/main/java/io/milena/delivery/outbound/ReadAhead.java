package io.milena.delivery.outbound;

import io.milena.delivery.site.FairQueue;
import io.milena.delivery.site.QueuedMail;
import java.util.concurrent.atomic.AtomicLong;

/** The budget of what is read and not settled, in messages and octets: how much of it is used. Thread-safe. */
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

    /** The budget. */
    int mostMessages() {
        return config.readAheadMessages();
    }

    /** How much of the budget is used: from 1 on it is full. */
    double used() {
        return share(messages.get(), octets.get());
    }

    /** How much of the budget that is. */
    double share(FairQueue.Waiting waiting) {
        return share(waiting.messages(), waiting.octets());
    }

    private double share(long some, long size) {
        return Math.max(
                (double) some / config.readAheadMessages(),
                (double) size / config.readAheadBytes().asLongValue());
    }

    /** So much is used that what is read now should rather be what nobody has seen yet. */
    boolean isHalfFull() {
        return used() >= 0.5;
    }

    /** So much is used that who has much gives way to who is not seen yet. */
    boolean isCrowded() {
        return used() >= 0.75;
    }

    /** So much that everybody gives way where there is much. */
    boolean isNearlyFull() {
        return used() >= 0.9;
    }

    boolean isFull() {
        return used() >= 1;
    }
}
