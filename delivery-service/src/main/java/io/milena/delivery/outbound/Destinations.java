package io.milena.delivery.outbound;

import io.milena.delivery.order.Flushes;
import io.milena.delivery.order.Order;
import io.milena.delivery.outcome.Settlement;
import io.milena.delivery.outcome.Settler;
import io.milena.delivery.progress.PartitionProgress;
import io.milena.delivery.relay.Relay;
import io.milena.delivery.route.Way;
import io.milena.delivery.route.Ways;
import io.milena.delivery.site.QueuedMail;
import io.milena.delivery.site.Site;
import io.milena.delivery.site.Sites;
import io.milena.topics.MailRecord;
import io.milena.topics.Topics;
import java.time.Clock;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * All that is read ahead in this replica, within a budget: each message is queued at the site where its way leads, unless it is not to go there now.
 * {@link OutboundLoop} puts mail in and takes {@link Settlements} out; {@link SiteWorker}s on virtual threads make the {@link Attempts}. Thread-safe.
 */
public final class Destinations {
    private static final Logger LOG = Logger.getLogger(Destinations.class);
    private static final int MANY_DESTINATIONS = 10_000;

    private final Settler settler;
    private final Ways ways;
    private final Sites sites;
    private final OrderPolicy obedience;
    private final Flushes flushes;
    private final Clock clock;
    private final MembershipProof pulse;
    private final Map<Way, Destination> byWay = new ConcurrentHashMap<>();
    private final ReadAhead readAhead;
    private final Settlements settlements;
    private final Overflow crowding;
    private final Attempts attempts;
    private int sweepAt = MANY_DESTINATIONS;

    public Destinations(
            OutboundSettings config,
            Settler settler,
            Ways ways,
            Sites sites,
            OrderPolicy obedience,
            Flushes flushes,
            Relay relay,
            Suppressions suppressions,
            Clock clock,
            MembershipProof pulse) {
        this.readAhead = new ReadAhead(config);
        this.settler = settler;
        this.ways = ways;
        this.sites = sites;
        this.obedience = obedience;
        this.flushes = flushes;
        this.clock = clock;
        this.pulse = pulse;
        this.settlements = new Settlements(readAhead, settler, ways);
        this.crowding = new Overflow(readAhead, settlements, System::nanoTime);
        this.attempts =
                new Attempts(settler, settlements, obedience, suppressions, relay, pulse, clock, this::destination);
    }

    /** Queues one message, or settles it at once where it is not to go yet. Called by the loop only. */
    void accept(
            TopicPartition partition, PartitionProgress progress, PartitionProgress.Entry entry, MailRecord record) {
        var from = record.envelope().triedFrom();
        if (from.isPresent() && from.get().isAfter(clock.instant())) {
            settlements.add(new Settlement(partition, progress, entry, settler.early(record, from.get())));
            return;
        }
        switch (ways.of(record)) {
            case Ways.Shut(var why, var turn) ->
                settlements.add(new Settlement(partition, progress, entry, settler.notTried(record, why, turn)));
            case Ways.Open(var way) -> accept(new QueuedMail(partition, progress, entry, record, way));
        }
    }

    private void accept(QueuedMail mail) {
        readAhead.take(mail);
        var destination = destination(mail.way());
        if (destination.ask(sites.knowledge())) {
            Thread.ofVirtual().name("site-of-" + mail.way().name()).start(() -> assign(destination));
        }
        if (!destination.keep(mail)) {
            queueOrSettle(mail, destination);
        }
    }

    private Destination destination(Way way) {
        return byWay.computeIfAbsent(way, key -> new Destination(key, sites.newRest()));
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
        crowding.isBack(mail, site);
        var order = obedience.about(mail, site);
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
        } else if (!crowding.setAside(mail, site) && site.add(mail)) {
            attempts.hire(site);
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
        switch (obedience.deed(order)) {
            case OrderPolicy.Deed.Wait(var why, var howLong) -> settlements.notTried(mail, why, howLong);
            case OrderPolicy.Deed.Bounce(var why) -> settlements.settle(mail, settler.bounced(mail.mail(), why));
            case OrderPolicy.Deed.Cancel(var why) -> settlements.settle(mail, settler.cancelled(mail.mail(), why));
        }
    }

    /** At this time the group took us for a member. Called by the loop. */
    void confirmed(long nanoTime) {
        pulse.beat(nanoTime);
    }

    /** Drops what waits for revoked partitions. */
    void removeRevoked() {
        byWay.values()
                .forEach(destination ->
                        destination.remove(mail -> mail.progress().revoked()).forEach(settlements::release));
        sites.all()
                .forEach(site -> site.remove(mail -> mail.progress().revoked()).forEach(settlements::release));
    }

    /** The partitions of {@code mail.outbound} that are ours now. Called by the loop. */
    void own(Set<Integer> partitions, int total) {
        sites.own(partitions, total);
    }

    /** Whether connections that were our share, and are it no more, have ended. */
    boolean isWithinShare() {
        return sites.areWithinShare();
    }

    /**
     * To be called every second by the loop: takes up what has changed, sees to what waits where nobody works, and forgets what is not needed.
     *
     * @param full partitions of which no more is read until gaps have closed
     */
    void look(Set<TopicPartition> full) {
        sites.look();
        crowding.waiting().look();
        sweep();
        boolean ordered = obedience.hasChanged();
        for (var site : sites.all()) {
            if (ordered) {
                site.remove(mail -> obedience.about(mail, site).isPresent()).forEach(mail -> obeyOrQueue(mail, site));
            }
            if (site.isElsewhere()) {
                site.remove(mail -> true).forEach(mail -> queueAt(mail, site));
            }
            crowding.trim(site, full);
            if (site.hire()) {
                attempts.hire(site);
            }
        }
    }

    /** Whether more is wanted of this partition of {@code mail.waiting}, if there is room. */
    boolean mayRead(TopicPartition waiting) {
        return crowding.waiting().mayRead(waiting);
    }

    /** What waits for long in these partitions gives way, so that more of them is read. Called by the loop. */
    void trim(Set<TopicPartition> full) {
        sites.all().forEach(site -> crowding.trim(site, full));
    }

    /** Ways and sites that mail has come for are remembered while something is to be remembered of them, and while they are few. */
    private void sweep() {
        if (byWay.size() < sweepAt) {
            return;
        }
        long now = System.nanoTime();
        byWay.values().removeIf(destination -> destination.unused(now));
        var inUse = new HashSet<Site>();
        byWay.values().forEach(destination -> destination.site().ifPresent(inUse::add));
        sites.forgetAllBut(inUse);
        sweepAt = Math.max(MANY_DESTINATIONS, 2 * byWay.size());
    }

    /** An order may have ended since it took the message out. */
    private void obeyOrQueue(QueuedMail mail, Site site) {
        obedience.about(mail, site).ifPresentOrElse(order -> obey(mail, order), () -> queueAt(mail, site));
    }

    private void moveToOwner(QueuedMail mail, Site site) {
        settlements.moved(mail, record -> record.to(Topics.OUTBOUND, sites.owner(site), mail.domain()));
    }

    Settlements settlements() {
        return settlements;
    }

    public ReadAhead readAhead() {
        return readAhead;
    }
}
