package io.milena.delivery;

import io.milena.delivery.order.Flushes;
import io.milena.delivery.order.Order;
import io.milena.delivery.remote.Cause;
import io.milena.delivery.remote.RecipientResult;
import io.milena.topics.MailRecord;
import io.milena.topics.Recipient;
import io.milena.topics.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * All that is read ahead in this replica, within a budget, and what becomes of it. {@link OutboundLoop} puts mail in and takes settlements out;
 * {@link SiteWorker}s on virtual threads do the rest. Thread-safe.
 */
final class Destinations {
    private static final Logger LOG = Logger.getLogger(Destinations.class);
    private static final Cause CROWDED = new Cause.NotTried("more mail waits for this destination than it takes now");
    /** Who waits no longer than this holds up nobody. */
    private static final Duration SHORT_WAIT = Duration.ofSeconds(5);
    /** More of the budget than this is not for one account at one site that is slow; nor that for one such site. */
    private static final double ACCOUNT_SHARE = 1 / 16.0;

    private static final double SITE_SHARE = 1 / 4.0;
    /** So much of the budget is used that who has more than a share gives way to who is not seen yet. */
    private static final double CROWDED_FROM = 3 / 4.0;
    /** What an account keeps of a partition in which too many gaps are open. */
    private static final int FEW = 20;

    private static final int MANY_DESTINATIONS = 10_000;

    private final DeliveryConfig.Delivery config;
    private final Settler settler;
    private final Ways ways;
    private final Sites sites;
    private final Obedience obedience;
    private final Flushes flushes;
    private final Relay relay;
    private final Suppressions suppressions;
    private final Clock clock;
    private final Duration shortestTier;
    private final Pulse pulse;
    private final Map<Way, Destination> byWay = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Settlement> settlements = new ConcurrentLinkedQueue<>();
    private final ReadAhead readAhead;
    private int sweepAt = MANY_DESTINATIONS;

    Destinations(
            DeliveryConfig.Delivery config,
            Settler settler,
            Ways ways,
            Sites sites,
            Obedience obedience,
            Flushes flushes,
            Relay relay,
            Suppressions suppressions,
            Clock clock,
            Duration shortestTier,
            Pulse pulse) {
        this.config = config;
        this.readAhead = new ReadAhead(config);
        this.settler = settler;
        this.ways = ways;
        this.sites = sites;
        this.obedience = obedience;
        this.flushes = flushes;
        this.relay = relay;
        this.suppressions = suppressions;
        this.clock = clock;
        this.shortestTier = shortestTier;
        this.pulse = pulse;
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
            destination.unanswered().forEach(mail -> settleBug(mail, e));
        }
    }

    private void queueOrSettle(QueuedMail mail, Destination destination) {
        try {
            queue(mail, destination);
        } catch (RuntimeException e) {
            LOG.errorf(
                    e, "queueId=%s could not be queued", mail.mail().envelope().id());
            settleBug(mail, e);
        }
    }

    private void settleBug(QueuedMail mail, Throwable bug) {
        settle(mail, settler.attempted(mail.mail(), settler.internalError(mail.mail(), bug)));
    }

    private void queue(QueuedMail mail, Destination destination) {
        if (mail.progress().revoked()) {
            release(mail);
            return;
        }
        var site = destination.site().orElseThrow();
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
            notTried(mail, destination.whyResting(), destination.resting(System.nanoTime()));
        } else {
            queueAt(mail, site);
        }
    }

    private void queueAt(QueuedMail mail, Site site) {
        if (site.isElsewhere(mail.partition().partition())) {
            moveToOwner(mail, site);
        } else if (!site.resting().isZero()) {
            notTried(mail, site.whyResting(), site.resting());
        } else if (!setAside(mail, site) && site.add(mail)) {
            hire(site);
        }
    }

    /** What rests since before a flush that is about this message is tried, though it would rest for longer. */
    private void probe(QueuedMail mail, Destination destination, Site site) {
        long now = System.nanoTime();
        if (!destination.resting(now).isZero() || !site.resting().isZero()) {
            flushes.lastAbout(Obedience.subject(mail, site)).ifPresent(asked -> {
                destination.probe(asked, now);
                site.probe(asked);
            });
        }
    }

    private void obey(QueuedMail mail, Order order) {
        switch (obedience.deed(order)) {
            case Obedience.Deed.Wait(var why, var howLong) -> notTried(mail, why, howLong);
            case Obedience.Deed.Bounce(var why) -> settle(mail, settler.bounced(mail.mail(), why));
            case Obedience.Deed.Cancel(var why) -> settle(mail, settler.cancelled(mail.mail(), why));
        }
    }

    /**
     * What would wait for long and takes more than its share is not held: it waits in a delay topic until its turn may come, or, if that is sooner, in
     * {@code mail.waiting}, which is read when there is room. So what lies behind it in its partition is seen, however much it is.
     */
    private boolean setAside(QueuedMail mail, Site site) {
        var wait = site.expectedWait(mail.account());
        boolean more = readAhead.share(site.waitingOf(mail.account())) > ACCOUNT_SHARE
                || readAhead.share(site.waiting()) > SITE_SHARE;
        // Although it be quick: when the read-ahead is full nobody sees who is behind this.
        if (!more || wait.compareTo(SHORT_WAIT) <= 0 && readAhead.used() < CROWDED_FROM) {
            return false;
        }
        if (hasWaited(mail) && wait.compareTo(readAhead.isFull() ? SHORT_WAIT : shortestTier) <= 0) {
            return false;
        }
        putAside(mail, wait, Place.ALONE);
        return true;
    }

    private static boolean hasWaited(QueuedMail mail) {
        return mail.partition().topic().equals(Topics.WAITING);
    }

    private void putAside(QueuedMail mail, Duration wait, Place place) {
        if (hasWaited(mail) || wait.compareTo(shortestTier) > 0) {
            notTried(mail, CROWDED, wait, place);
        } else {
            ways.giveBack(mail.way());
            // Whoever has the partition has the site's connections too, if it was passed on to there.
            settle(mail, List.of(mail.mail().to(Topics.WAITING, mail.partition().partition(), mail.domain())));
        }
    }

    /**
     * What was taken in before a site turned out to be slow: it gives way where {@code mail.waiting} is not read for want of room or, of a partition in
     * which too many gaps are open, at once.
     */
    private void trim(Site site, Set<TopicPartition> full) {
        boolean crowded = !readAhead.isAlmostEmpty();
        if (!crowded && full.isEmpty() || site.expectedWait().compareTo(SHORT_WAIT) <= 0) {
            return;
        }
        var kept = new HashMap<String, Integer>();
        long least = Math.max(1, (long) (config.readAheadMessages() * ACCOUNT_SHARE));
        var removed = site.remove(mail -> {
            int before = kept.merge(mail.account(), 1, Integer::sum);
            return crowded && before > least || full.contains(mail.partition()) && before > FEW;
        });
        eachInItsPlace(removed, (mail, place) -> putAside(mail, site.expectedWait(mail.account()), place));
    }

    /** A worker for a site that counts it already. */
    void hire(Site site) {
        Thread.ofVirtual().name("delivery-" + site.name().name()).start(new SiteWorker(this, site, relay));
    }

    /** Takes the message, unless it must not begin any more. The caller then settles it, or {@linkplain #release releases} it. */
    boolean begin(QueuedMail mail) {
        pulse.awaitUnless(mail.progress()::revoked);
        awaitAnnounced(mail);
        mail.progress().flights().incrementAndGet();
        if (mail.progress().revoked()) {
            release(mail);
            mail.progress().flights().decrementAndGet();
            return false;
        }
        return true;
    }

    /** What is in doubt after a crash has to be known before it is. */
    private static void awaitAnnounced(QueuedMail mail) {
        try {
            while (!mail.progress().mayBegin(mail.entry()) && !mail.progress().revoked()) {
                Thread.sleep(2);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asked before the last of a message that was begun is sent. Waits while the group has not been heard of. */
    boolean mayComplete(QueuedMail mail) {
        pulse.awaitUnless(mail.progress()::lost);
        return !mail.progress().lost();
    }

    /** At this time the group took us for a member. Called by the loop. */
    void confirmed(long nanoTime) {
        pulse.beat(nanoTime);
    }

    void finish(QueuedMail mail, List<ProducerRecord<byte[], byte[]>> records) {
        settle(mail, records);
        mail.progress().flights().decrementAndGet();
    }

    /** Nothing became of it and nothing is written: whoever owns the partition reads it again. */
    void release(QueuedMail mail) {
        readAhead.release(mail);
    }

    /** For a message that was not begun. */
    void settle(QueuedMail mail, List<ProducerRecord<byte[], byte[]>> records) {
        release(mail);
        settlements.add(new Settlement(mail.partition(), mail.progress(), mail.entry(), records));
    }

    /** Settles an attempt or an expiry; the one place where a message's fate is decided. Whether its worker is to go on. */
    boolean attempt(QueuedMail mail, Site site, SiteWorker worker) {
        if (!clock.instant().isBefore(mail.mail().envelope().triedUntil())) {
            finish(mail, settler.expired(mail.mail()));
            return true;
        }
        var suppressed = suppressed(mail.mail());
        if (suppressed.size() == mail.mail().envelope().recipients().size()) {
            finish(mail, settler.dropped(mail.mail()));
            return true;
        }
        var relayed = worker.relay(mail.way(), without(suppressed, mail.mail()), () -> mayComplete(mail));
        obedience.hear(mail, site, relayed);
        relayed.results().stream()
                .flatMap(result -> result.said().stream())
                .reduce((first, last) -> last)
                .ifPresent(site::said);
        if (!reached(mail, site, relayed)) {
            return false;
        }
        var results = new ArrayList<>(relayed.results());
        suppressed.forEach(
                recipient -> results.add(new RecipientResult.NotDelivered(recipient, new Cause.Suppressed())));
        finish(mail, settler.attempted(mail.mail(), mail.way().source().name(), results));
        site.settledOne();
        return true;
    }

    /** What the attempt says of the site and the way. False if the message was given back, as others of the site's connections can take it. */
    private boolean reached(QueuedMail mail, Site site, Relay.Relayed relayed) {
        switch (relayed.contact()) {
            case Relay.Contact.Made made -> {
                destination(mail.way()).reached();
                if (site.succeeded()) {
                    hire(site);
                }
            }
            case Relay.Contact.None none -> {}
            case Relay.Contact.NoWay(var why) -> {
                var destination = destination(mail.way());
                destination.rest(why, System.nanoTime());
                settleRemoved(
                        site, other -> other.way().equals(mail.way()), why, destination.resting(System.nanoTime()));
            }
            case Relay.Contact.Shut(var why) -> {
                if (!site.restsAfter(why)) {
                    giveBack(mail, site);
                    return false;
                }
                settleRemoved(site, other -> true, why, site.resting());
            }
        }
        return true;
    }

    private void giveBack(QueuedMail mail, Site site) {
        site.giveBack(mail);
        mail.progress().flights().decrementAndGet();
    }

    private void settleRemoved(Site site, Predicate<QueuedMail> wanted, Cause why, Duration wait) {
        eachInItsPlace(site.remove(wanted), (other, place) -> notTried(other, why, wait, place));
    }

    private static void eachInItsPlace(List<QueuedMail> all, BiConsumer<QueuedMail, Place> deed) {
        for (int i = 0; i < all.size(); i++) {
            deed.accept(all.get(i), new Place(i, all.size()));
        }
    }

    private List<Recipient> suppressed(MailRecord mail) {
        var envelope = mail.envelope();
        return envelope.recipients().stream()
                .filter(recipient -> suppressions.holds(envelope, recipient))
                .toList();
    }

    private static MailRecord without(List<Recipient> some, MailRecord mail) {
        if (some.isEmpty()) {
            return mail;
        }
        var others = mail.envelope().recipients().stream()
                .filter(recipient -> !some.contains(recipient))
                .toList();
        return new MailRecord(mail.envelope().withRecipients(others), mail.content());
    }

    private void notTried(QueuedMail mail, Cause why, Duration wait) {
        notTried(mail, why, wait, Place.ALONE);
    }

    private void notTried(QueuedMail mail, Cause why, Duration wait, Place place) {
        ways.giveBack(mail.way());
        settle(mail, settler.notTried(mail.mail(), why, wait, place));
    }

    /** Drops what waits for revoked partitions. */
    void removeRevoked() {
        byWay.values()
                .forEach(destination ->
                        destination.remove(mail -> mail.progress().revoked()).forEach(this::release));
        sites.all()
                .forEach(site -> site.remove(mail -> mail.progress().revoked()).forEach(this::release));
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
        sweep();
        boolean ordered = obedience.hasChanged();
        for (var site : sites.all()) {
            if (ordered) {
                site.remove(mail -> obedience.about(mail, site).isPresent()).forEach(mail -> obeyOrQueue(mail, site));
            }
            if (site.isElsewhere()) {
                site.remove(mail -> true).forEach(mail -> queueAt(mail, site));
            }
            trim(site, full);
            if (site.hire()) {
                hire(site);
            }
        }
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
        ways.giveBack(mail.way());
        settle(mail, List.of(mail.mail().to(Topics.OUTBOUND, sites.owner(site), mail.domain())));
    }

    /** The next settlement to commit, or null. Called by the loop only. */
    Settlement pollSettlement() {
        return settlements.poll();
    }

    boolean hasSettlements() {
        return !settlements.isEmpty();
    }

    ReadAhead readAhead() {
        return readAhead;
    }

    /** A bug met this message: it is tried again like a deferred one, so that it is neither lost nor holds up the others. */
    void failedHandling(QueuedMail mail, Throwable bug) {
        settleBug(mail, bug);
        mail.progress().flights().decrementAndGet();
    }
}
