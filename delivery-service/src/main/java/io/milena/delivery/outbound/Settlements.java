package io.milena.delivery.outbound;

import io.milena.delivery.outcome.SpreadSlot;
import io.milena.delivery.outcome.Settlement;
import io.milena.delivery.outcome.Settler;
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

/** What became of mail that was read ahead, from whoever settles it to the loop that commits it; it counts against the budget until then. Thread-safe. */
final class Settlements {
    private final ReadAhead readAhead;
    private final Settler settler;
    private final Ways ways;
    private final ConcurrentLinkedQueue<Settlement> queue = new ConcurrentLinkedQueue<>();

    Settlements(ReadAhead readAhead, Settler settler, Ways ways) {
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

    /** Of a record that was not queued. */
    void add(Settlement settlement) {
        queue.add(settlement);
    }

    /** Nothing became of it and nothing is written: whoever owns the partition reads it again. */
    void release(QueuedMail mail) {
        readAhead.release(mail);
    }

    /** It ends with these records. */
    void settle(QueuedMail mail, List<ProducerRecord<byte[], byte[]>> records) {
        release(mail);
        add(new Settlement(mail.partition(), mail.progress(), mail.entry(), records));
    }

    /** It can't be tried for so long. */
    void notTried(QueuedMail mail, Cause why, Duration wait) {
        notTried(mail, why, wait, SpreadSlot.ALONE);
    }

    /** The same for one of several at a time. */
    void notTried(QueuedMail mail, Cause why, Duration wait, SpreadSlot place) {
        ways.giveBack(mail.way());
        settle(mail, settler.notTried(mail.mail(), why, wait, place));
    }

    /** Its turn at a site that takes less than comes is not before that. */
    void setAside(QueuedMail mail, Cause why, Duration turn) {
        ways.giveBack(mail.way());
        settle(mail, settler.setAside(mail.mail(), why, turn));
    }

    /** It goes on from another topic or partition, and nothing is told of it. */
    void moved(QueuedMail mail, Function<MailRecord, ProducerRecord<byte[], byte[]>> there) {
        ways.giveBack(mail.way());
        settle(mail, List.of(there.apply(mail.mail())));
    }

    /** A bug met it: it is tried again like a deferred one, so that it is neither lost nor holds up the others. */
    void bug(QueuedMail mail, Throwable bug) {
        settle(mail, settler.attempted(mail.mail(), settler.internalError(mail.mail(), bug)));
    }

    /** For all that are settled at one instant: so they do not come back at one. */
    static void eachInItsPlace(List<QueuedMail> all, BiConsumer<QueuedMail, SpreadSlot> deed) {
        for (int i = 0; i < all.size(); i++) {
            deed.accept(all.get(i), new SpreadSlot(i, all.size()));
        }
    }
}
