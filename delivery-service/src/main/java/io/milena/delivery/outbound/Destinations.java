package io.milena.delivery.outbound;

import io.milena.delivery.order.Flushes;
import io.milena.delivery.order.Order;
import io.milena.delivery.outcome.Settlement;
import io.milena.delivery.outcome.Settler;
import io.milena.delivery.outcome.SpreadSlot;
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
 * Places mail that was read ahead: each message is queued at the site where its way leads, unless it must not go there
 * now. {@link OutboundLoop} puts mail in; {@link Workers} take it from the sites. Thread-safe.
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
    private final RestingMail resting;
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
            RestingMail resting,
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
        this.resting = resting;
        this.workers = workers;
        this.clock = clock;
    }

    /** Queues one message, or settles it at once if it must not be tried yet. Called by the loop only. */
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
            case Ways.Blocked(var why, var howLong) ->
                settlements.add(new Settlement(partition, progress, entry, settler.held(record, why, howLong)));
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

    /**
     * Finds the site of a destination and queues the mail kept for it. Blocks while DNS is asked; on a thread of its
     * own.
     */
    private void assign(Destination destination) {
        try {
            var before = destination.site();
            var site = sites.of(destination.way());
            destination.assign(site).forEach(mail -> queueOrSettle(mail, destination));
            // Mail that still waits at the former site of the destination moves to the new site.
            before.filter(old -> old != site)
                    .map(old -> old.remove(mail -> mail.way().equals(destination.way())))
                    .ifPresent(moved -> moved.forEach(mail -> queueOrSettle(mail, destination)));
        } catch (RuntimeException | Error e) {
            // A bug must not strand the mail that waits for the site.
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
            resting.defer(mail, destination, site, SpreadSlot.ALONE);
        } else {
            queueAt(mail, site);
        }
    }

    private void queueAt(QueuedMail mail, Site site) {
        if (site.isElsewhere(mail.partition().partition())) {
            moveToOwner(mail, site);
        } else if (!site.resting().isZero()) {
            resting.defer(mail, site, SpreadSlot.ALONE);
        } else if (!overflow.setAside(mail, site) && site.add(mail)) {
            workers.hire(site);
        }
    }

    /** Ends rests that began before the last flush for this message, so that the message is tried now. */
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
            case OrderPolicy.Deed.Wait(var why, var howLong) -> settlements.held(mail, why, howLong);
            case OrderPolicy.Deed.Bounce(var why) -> settlements.settle(mail, settler.bounced(mail.mail(), why));
            case OrderPolicy.Deed.Cancel(var why) -> settlements.settle(mail, settler.cancelled(mail.mail(), why));
        }
    }

    /** Releases the waiting mail of revoked partitions; their next owners read it again. */
    void removeRevoked() {
        known.all()
                .forEach(destination ->
                        destination.remove(mail -> mail.progress().revoked()).forEach(settlements::release));
        sites.all()
                .forEach(site -> site.remove(mail -> mail.progress().revoked()).forEach(settlements::release));
    }

    /**
     * Applies changes of shaping and orders, moves mail whose site another replica has now, sets overflow aside, starts
     * missing workers and forgets unused destinations. Called by the loop every second.
     *
     * @param full partitions with too many open gaps: no more is read from them until gaps close
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

    /**
     * Sets aside mail of these partitions that must wait long, so that more of them can be read. Called by the loop.
     */
    void trim(Set<TopicPartition> full) {
        sites.all().forEach(site -> overflow.trim(site, full));
    }

    /**
     * Obeys the order for which the message was taken out, or queues the message again if the order has ended since.
     */
    private void obeyOrQueue(QueuedMail mail, Site site) {
        orders.about(mail, site).ifPresentOrElse(order -> obey(mail, order), () -> queueAt(mail, site));
    }

    private void moveToOwner(QueuedMail mail, Site site) {
        settlements.moved(mail, record -> record.to(Topics.OUTBOUND, sites.owner(site), mail.domain()));
    }
}
