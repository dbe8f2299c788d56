package io.milena.delivery.outbound;

import io.milena.delivery.order.Flushes;
import io.milena.delivery.order.Order;
import io.milena.delivery.outcome.Settlement;
import io.milena.delivery.outcome.Settler;
import io.milena.delivery.progress.PartitionProgress;
import io.milena.delivery.route.Ways;
import io.milena.delivery.site.QueuedMail;
import io.milena.delivery.site.Site;
import io.milena.delivery.site.Sites;
import io.milena.topics.MailRecord;
import io.milena.topics.Topics;
import java.time.Clock;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Places mail that was read ahead: each message is queued at the site where its way leads, unless it must not go there now.
 * {@link OutboundLoop} puts mail in; {@link Workers} take it from the sites. Thread-safe.
 */
public final class Destinations {
    private static final Logger LOG = Logger.getLogger(Destinations.class);

    private final Settler settler;
    private final Settlements settlements;
    private final Ways ways;
    private final Sites sites;
    private final KnownDestinations known;
    private final OrderPolicy orders;
    private final Flushes flushes;
    private final ReadAhead readAhead;
    private final Overflow overflow;
    private final Workers workers;
    private final Clock clock;

    public Destinations(
            Settler settler,
            Settlements settlements,
            Ways ways,
            Sites sites,
            KnownDestinations known,
            OrderPolicy orders,
            Flushes flushes,
            ReadAhead readAhead,
            Overflow overflow,
            Workers workers,
            Clock clock) {
        this.settler = settler;
        this.settlements = settlements;
        this.ways = ways;
        this.sites = sites;
        this.known = known;
        this.orders = orders;
        this.flushes = flushes;
        this.readAhead = readAhead;
        this.overflow = overflow;
        this.workers = workers;
        this.clock = clock;
    }

    /** Queues one message, or settles it at once where it is not to go yet. Called by the loop only. */
    void accept(
            TopicPartition partition, PartitionProgress progress, PartitionProgress.Entry entry, MailRecord record) {
        var from = record.envelope().triedFrom();
        if (from.isPresent() && from.get().isAfter(clock.instant())) {
            settlements.add(new Settlement(partition, progress, entry, settler.early(record, from.get())));
            return;
        }
        switch (ways.choose(record)) {
            case Ways.Shut(var why, var turn) ->
                settlements.add(new Settlement(partition, progress, entry, settler.notTried(record, why, turn)));
            case Ways.Open(var way) -> accept(new QueuedMail(partition, progress, entry, record, way));
        }
    }

    private void accept(QueuedMail mail) {
        readAhead.take(mail);
        var destination = known.of(mail.way());
        if (destination.ask(sites.knowledge())) {
            Thread.ofVirtual().name("site-of-" + mail.way().name()).start(() -> assign(destination));
        }
        if (!destination.keep(mail)) {
            queueOrSettle(mail, destination);
        }
    }

    /** Asks DNS where the mail of a destination leads to; on a thread of its own. */
    private void assign(Destination destination) {
        try {
            var before = destination.site();
            var site = sites.of(destination.way());
            destination.assign(site).forEach(mail -> queueOrSettle(mail, destination));
            // What waits where its way does not lead to any more goes with it.
            before.filter(old -> old != site)
                    .map(old -> old.remove(mail -> mail.way().equals(destination.way())))
                    .ifPresent(moved -> moved.forEach(mail -> queueOrSettle(mail, destination)));
        } catch (RuntimeException | Error e) {
            // A bug must not strand what waits for the answer.
            LOG.errorf(
                    e,
                    "where mail for %s leads to could not be found",
                    destination.way().name());
            destination.unanswered().forEach(mail -> settlements.bug(mail, e));
        }
    }

    private void queueOrSettle(QueuedMail mail, Destination destination) {
        try {
            queue(mail, destination);
        } catch (RuntimeException e) {
            LOG.errorf(
                    e, "queueId=%s could not be queued", mail.mail().envelope().id());
            settlements.bug(mail, e);
        }
    }

    private void queue(QueuedMail mail, Destination destination) {
        if (mail.progress().revoked()) {
            settlements.release(mail);
            return;
        }
        var site = destination.site().orElseThrow();
        overflow.isBack(mail, site);
        var order = orders.about(mail, site);
        if (order.isPresent()) {
            obey(mail, order.get());
        } else if (site.isElsewhere(mail.partition().partition())) {
            moveToOwner(mail, site);
        } else {
            probe(mail, destination, site);
            queueUnlessResting(mail, destination, site);
        }
    }

    private void queueUnlessResting(QueuedMail mail, Destination destination, Site site) {
        if (!destination.resting(System.nanoTime()).isZero()) {
            settlements.notTried(mail, destination.whyResting(), destination.resting(System.nanoTime()));
        } else {
            queueAt(mail, site);
        }
    }

    private void queueAt(QueuedMail mail, Site site) {
        if (site.isElsewhere(mail.partition().partition())) {
            moveToOwner(mail, site);
        } else if (!site.resting().isZero()) {
            settlements.notTried(mail, site.whyResting(), site.resting());
        } else if (!overflow.setAside(mail, site) && site.add(mail)) {
            workers.hire(site);
        }
    }

    /** What rests since before a flush that is about this message is tried, though it would rest for longer. */
    private void probe(QueuedMail mail, Destination destination, Site site) {
        long now = System.nanoTime();
        if (!destination.resting(now).isZero() || !site.resting().isZero()) {
            flushes.lastAbout(OrderPolicy.subject(mail, site)).ifPresent(asked -> {
                destination.probe(asked, now);
                site.probe(asked);
            });
        }
    }

    private void obey(QueuedMail mail, Order order) {
        switch (orders.deed(order)) {
            case OrderPolicy.Deed.Wait(var why, var howLong) -> settlements.notTried(mail, why, howLong);
            case OrderPolicy.Deed.Bounce(var why) -> settlements.settle(mail, settler.bounced(mail.mail(), why));
            case OrderPolicy.Deed.Cancel(var why) -> settlements.settle(mail, settler.cancelled(mail.mail(), why));
        }
    }

    /** Drops what waits for revoked partitions. */
    void removeRevoked() {
        known.all()
                .forEach(destination ->
                        destination.remove(mail -> mail.progress().revoked()).forEach(settlements::release));
        sites.all()
                .forEach(site -> site.remove(mail -> mail.progress().revoked()).forEach(settlements::release));
    }

    /**
     * To be called every second by the loop: takes up what has changed, sees to what waits where nobody works, and forgets what is not needed.
     *
     * @param full partitions of which no more is read until gaps have closed
     */
    void look(Set<TopicPartition> full) {
        sites.look();
        known.sweep();
        boolean ordered = orders.hasChanged();
        for (var site : sites.all()) {
            if (ordered) {
                site.remove(mail -> orders.about(mail, site).isPresent()).forEach(mail -> obeyOrQueue(mail, site));
            }
            if (site.isElsewhere()) {
                site.remove(mail -> true).forEach(mail -> queueAt(mail, site));
            }
            overflow.trim(site, full);
            if (site.hire()) {
                workers.hire(site);
            }
        }
    }

    /** What waits for long in these partitions gives way, so that more of them is read. Called by the loop. */
    void trim(Set<TopicPartition> full) {
        sites.all().forEach(site -> overflow.trim(site, full));
    }

    /** An order may have ended since it took the message out. */
    private void obeyOrQueue(QueuedMail mail, Site site) {
        orders.about(mail, site).ifPresentOrElse(order -> obey(mail, order), () -> queueAt(mail, site));
    }

    private void moveToOwner(QueuedMail mail, Site site) {
        settlements.moved(mail, record -> record.to(Topics.OUTBOUND, sites.owner(site), mail.domain()));
    }
}
