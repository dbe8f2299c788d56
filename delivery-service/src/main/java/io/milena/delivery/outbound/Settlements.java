package io.milena.delivery.outbound;

import io.milena.delivery.outcome.Settlement;
import io.milena.delivery.outcome.Settler;
import io.milena.delivery.outcome.SpreadSlot;
import io.milena.delivery.remote.Cause;
import io.milena.delivery.route.Ways;
import io.milena.delivery.site.QueuedMail;
import io.milena.topics.MailRecord;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Passes results for mail that was read ahead from the threads that settle it to the loop that commits it. The mail
 * counts against the budget of {@link ReadAhead} until it is settled. Thread-safe.
 */
public final class Settlements {
    private final ReadAhead readAhead;
    private final Settler settler;
    private final Ways ways;
    private final ConcurrentLinkedQueue<Settlement> queue = new ConcurrentLinkedQueue<>();

    public Settlements(ReadAhead readAhead, Settler settler, Ways ways) {
        this.readAhead = readAhead;
        this.settler = settler;
        this.ways = ways;
    }

    /** The next one to commit, or null. Called by the loop only. */
    Settlement poll() {
        return queue.poll();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Adds the result for a record that was not queued. */
    void add(Settlement settlement) {
        queue.add(settlement);
    }

    /** Drops a message without a result: the next owner of its partition reads it again. */
    void release(QueuedMail mail) {
        readAhead.release(mail);
    }

    /** Settles a message with these records. */
    void settle(QueuedMail mail, List<ProducerRecord<byte[], byte[]>> records) {
        release(mail);
        add(new Settlement(mail.partition(), mail.progress(), mail.entry(), records));
    }

    /** Defers a message that cannot be tried; {@code wait} is the time until it may be. */
    void notTried(QueuedMail mail, Cause why, Duration wait) {
        notTried(mail, why, wait, SpreadSlot.ALONE);
    }

    /** Defers a message that an order holds for {@code howLong}. */
    void held(QueuedMail mail, Cause why, Duration howLong) {
        ways.giveBack(mail.way());
        settle(mail, settler.held(mail.mail(), why, howLong));
    }

    /** Defers one of several messages that are deferred at one instant. */
    void notTried(QueuedMail mail, Cause why, Duration wait, SpreadSlot slot) {
        ways.giveBack(mail.way());
        settle(mail, settler.notTried(mail.mail(), why, wait, slot));
    }

    /** Defers one of several messages that are deferred at one instant, as a scout. */
    void scout(QueuedMail mail, Cause why, Duration wait, SpreadSlot slot) {
        ways.giveBack(mail.way());
        settle(mail, settler.scout(mail.mail(), why, wait, slot));
    }

    /** Defers one of several messages that are deferred at one instant, until scouts are let in. */
    void onHold(QueuedMail mail, Cause why, SpreadSlot slot) {
        ways.giveBack(mail.way());
        settle(mail, settler.onHold(mail.mail(), why, slot));
    }

    /** Defers a message until its turn at a site that accepts less mail than arrives. */
    void setAside(QueuedMail mail, Cause why, Duration turn) {
        ways.giveBack(mail.way());
        settle(mail, settler.setAside(mail.mail(), why, turn));
    }

    /** Moves a message to another topic or partition; no outcome is published. */
    void moved(QueuedMail mail, Function<MailRecord, ProducerRecord<byte[], byte[]>> there) {
        ways.giveBack(mail.way());
        settle(mail, List.of(there.apply(mail.mail())));
    }

    /** Defers a message that met a bug, so that it is not lost and does not hold up other mail. */
    void bug(QueuedMail mail, Throwable bug) {
        settle(mail, settler.attempted(mail.mail(), settler.internalError(mail.mail(), bug)));
    }

    /**
     * Gives each of several messages that are settled at one instant a slot, so that they come back one after another.
     */
    static void eachInItsSlot(List<QueuedMail> all, BiConsumer<QueuedMail, SpreadSlot> deed) {
        for (int i = 0; i < all.size(); i++) {
            deed.accept(all.get(i), new SpreadSlot(i, all.size()));
        }
    }
}
