package io.milena.delivery.outbound;

import io.milena.delivery.order.Flush;
import io.milena.delivery.order.Flushes;
import io.milena.delivery.order.Selector;
import io.milena.delivery.outcome.SpreadSlot;
import io.milena.delivery.remote.Cause;
import io.milena.delivery.site.QueuedMail;
import io.milena.delivery.site.Site;
import io.milena.delivery.site.Stay;
import io.milena.topics.QueueId;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * Defers the mail of sites and destinations that rest: scouts until the end of the rest, all other mail for long. When
 * hosts let mail in again, a {@link Flush} of the site brings back what is on hold; it is written with the outcome of the
 * message that was let in, so it cannot be lost. Thread-safe.
 */
public final class RestingMail {
    private static final Logger LOG = Logger.getLogger(RestingMail.class);
    /** Mail that was put on hold this long before a flush is heard may be written after the flush has been served. */
    private static final long IN_WRITING = Duration.ofMinutes(1).toNanos();

    private final Settlements settlements;
    private final Function<String, OptionalLong> flushed;
    private final Clock clock;

    /** {@code flushed} tells when we heard of the last flush of a site, as {@link Flushes#lastOfSite}. */
    public RestingMail(Settlements settlements, Function<String, OptionalLong> flushed, Clock clock) {
        this.settlements = settlements;
        this.flushed = flushed;
        this.clock = clock;
    }

    /** Defers a message whose site rests. */
    void defer(QueuedMail mail, Site site, SpreadSlot slot) {
        defer(
                mail,
                hasReturnedLately(site) ? Stay.SHORT : site.stay(mail, left(mail)),
                site.whyResting(),
                site.resting(),
                slot);
    }

    /** Defers a message whose destination rests. */
    void defer(QueuedMail mail, Destination destination, Site site, SpreadSlot slot) {
        long now = System.nanoTime();
        defer(
                mail,
                hasReturnedLately(site) ? Stay.SHORT : destination.stay(mail, left(mail), now),
                destination.whyResting(),
                destination.resting(now),
                slot);
    }

    private Duration left(QueuedMail mail) {
        return Duration.between(clock.instant(), mail.mail().envelope().triedUntil());
    }

    /** A site that comes and goes does not have all its mail put on hold and brought back each time. */
    private boolean hasReturnedLately(Site site) {
        return flushed.apply(site.name().name()).isPresent();
    }

    private void defer(QueuedMail mail, Stay stay, Cause why, Duration wait, SpreadSlot slot) {
        switch (stay) {
            case SHORT -> settlements.notTried(mail, why, wait, slot);
            case SCOUT -> settlements.scout(mail, why, wait, slot);
            case HOLD -> settlements.onHold(mail, why, slot);
        }
    }

    /**
     * The record that brings back the mail on hold, if there is any; to be written with the outcomes of a message that
     * hosts have let in.
     */
    List<ProducerRecord<byte[], byte[]>> broughtBackBy(QueuedMail mail, Site site, Destination destination) {
        var name = site.name().name();
        var last = flushed.apply(name);
        var since = last.isPresent() ? OptionalLong.of(last.getAsLong() - IN_WRITING) : last;
        // After a restart only the scout knows that there may be mail on hold.
        boolean isAwaited = mail.mail().envelope().retrying().scout() && last.isEmpty();
        if (!isAwaited && !site.hasHeld(since) && !destination.hasHeld(since)) {
            return List.of();
        }
        var now = clock.instant();
        var flush = new Flush(
                QueueId.next(now.toEpochMilli()),
                Selector.at(name, Optional.empty(), Optional.empty()),
                Optional.of("its hosts let mail in again"),
                "delivery",
                now);
        LOG.infof(
                "flush %s of %s: %s",
                flush.id(), flush.selector(), flush.reason().orElseThrow());
        return List.of(Flushes.record(flush));
    }
}
