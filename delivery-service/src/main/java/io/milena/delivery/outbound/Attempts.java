package io.milena.delivery.outbound;

import io.milena.delivery.outcome.Settler;
import io.milena.delivery.relay.Line;
import io.milena.delivery.remote.Cause;
import io.milena.delivery.remote.RecipientResult;
import io.milena.delivery.site.QueuedMail;
import io.milena.delivery.site.Site;
import io.milena.topics.MailRecord;
import io.milena.topics.Recipient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * Before an attempt: whether the message may be sent, and to whom. After it: the outcome, and what it says of the site and
 * the way. Called by {@link SiteWorker}s. Thread-safe.
 */
public final class Attempts {
    private static final Logger LOG = Logger.getLogger(Attempts.class);

    private final Settler settler;
    private final Settlements settlements;
    private final OrderPolicy orders;
    private final Suppressions suppressions;
    private final MembershipProof membership;
    private final Clock clock;
    private final KnownDestinations destinations;

    public Attempts(
            Settler settler,
            Settlements settlements,
            OrderPolicy orders,
            Suppressions suppressions,
            MembershipProof membership,
            Clock clock,
            KnownDestinations destinations) {
        this.settler = settler;
        this.settlements = settlements;
        this.orders = orders;
        this.suppressions = suppressions;
        this.membership = membership;
        this.clock = clock;
        this.destinations = destinations;
    }

    /** A message as it is to be relayed: without the recipients whose addresses are suppressed. */
    record Prepared(MailRecord mail, List<Recipient> suppressed) {}

    /** How a worker goes on after an attempt. */
    enum Next {
        GO_ON,
        /** The site bears one more connection: start a worker, then go on. */
        HIRE,
        LEAVE
    }

    /**
     * Waits until this replica may begin with the message; false if the message has been released instead, since its partition
     * was revoked.
     */
    boolean begin(QueuedMail mail) {
        membership.awaitUnless(mail.progress()::revoked);
        // A commit records that this message may have been sent, before we start sending it.
        mail.progress().announce(mail.entry());
        MembershipProof.await(() ->
                mail.progress().isAnnounced(mail.entry()) || mail.progress().revoked());
        mail.progress().flights().incrementAndGet();
        if (mail.progress().revoked()) {
            settlements.release(mail);
            mail.progress().flights().decrementAndGet();
            return false;
        }
        return true;
    }

    /** Empty if the message was settled without an attempt: its time is over, or every recipient is suppressed. */
    Optional<Prepared> prepare(QueuedMail mail) {
        if (!clock.instant().isBefore(mail.mail().envelope().triedUntil())) {
            finish(mail, settler.expired(mail.mail()));
            return Optional.empty();
        }
        var suppressed = suppressed(mail.mail());
        if (suppressed.size() == mail.mail().envelope().recipients().size()) {
            finish(mail, settler.dropped(mail.mail()));
            return Optional.empty();
        }
        return Optional.of(new Prepared(without(suppressed, mail.mail()), suppressed));
    }

    /** Asked before the end of a message's content is sent. Waits while the group has not been heard of. */
    boolean mayComplete(QueuedMail mail) {
        membership.awaitUnless(mail.progress()::lost);
        return !mail.progress().lost();
    }

    /** Settles the message by the result of an attempt, and tells the site, the destination and the rules of it. */
    Next settle(QueuedMail mail, Site site, Prepared prepared, Line.Relayed relayed) {
        if (relayed.contact() instanceof Line.Contact.Shut(var why) && !site.restsAfter(why)) {
            // Others of the site's connections can take it.
            tell(mail, () -> hear(mail, site, relayed));
            giveBack(mail, site);
            return Next.LEAVE;
        }
        var results = new ArrayList<>(relayed.results());
        prepared.suppressed()
                .forEach(recipient -> results.add(new RecipientResult.NotDelivered(recipient, new Cause.Suppressed())));
        // First of all: whatever others make of it, a host that has the message is not to get it again.
        finish(mail, settler.attempted(mail.mail(), mail.way().source().name(), results));
        tell(mail, () -> hear(mail, site, relayed));
        tell(mail, () -> reached(mail, site, relayed));
        tell(mail, site::settledOne);
        return succeeded(mail, site, relayed) ? Next.HIRE : Next.GO_ON;
    }

    /** Whether the site bears one more connection, since a host had its say. */
    private static boolean succeeded(QueuedMail mail, Site site, Line.Relayed relayed) {
        try {
            return relayed.contact() instanceof Line.Contact.Made && site.succeeded();
        } catch (RuntimeException | Error e) {
            notTold(mail, e);
            return false;
        }
    }

    /** What others are told of an attempt changes nothing of what became of the message. */
    private static void tell(QueuedMail mail, Runnable other) {
        try {
            other.run();
        } catch (RuntimeException | Error e) {
            notTold(mail, e);
        }
    }

    private static void notTold(QueuedMail mail, Throwable bug) {
        LOG.errorf(
                bug,
                "queueId=%s not everybody was told of an attempt",
                mail.mail().envelope().id());
    }

    private void hear(QueuedMail mail, Site site, Line.Relayed relayed) {
        orders.hear(mail, site, relayed);
        relayed.results().stream()
                .flatMap(result -> result.said().stream())
                .reduce((first, last) -> last)
                .ifPresent(site::said);
    }

    /** Lets the destination or the site rest if nobody could be reached, and settles the mail that waits there. */
    private void reached(QueuedMail mail, Site site, Line.Relayed relayed) {
        switch (relayed.contact()) {
            case Line.Contact.Made made -> destinations.of(mail.way()).reached();
            case Line.Contact.None none -> {}
            case Line.Contact.NoWay(var why) -> {
                var destination = destinations.of(mail.way());
                destination.rest(why, System.nanoTime());
                settleRemoved(
                        site, other -> other.way().equals(mail.way()), why, destination.resting(System.nanoTime()));
            }
            case Line.Contact.Shut(var why) -> settleRemoved(site, other -> true, why, site.resting());
        }
    }

    private void giveBack(QueuedMail mail, Site site) {
        site.giveBack(mail);
        mail.progress().flights().decrementAndGet();
    }

    private void settleRemoved(Site site, Predicate<QueuedMail> wanted, Cause why, Duration wait) {
        Settlements.eachInItsSlot(site.remove(wanted), (other, slot) -> settlements.notTried(other, why, wait, slot));
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

    /** A bug met this message. */
    void failed(QueuedMail mail, Throwable bug) {
        settlements.bug(mail, bug);
        mail.progress().flights().decrementAndGet();
    }

    private void finish(QueuedMail mail, List<ProducerRecord<byte[], byte[]>> records) {
        settlements.settle(mail, records);
        mail.progress().flights().decrementAndGet();
    }
}
