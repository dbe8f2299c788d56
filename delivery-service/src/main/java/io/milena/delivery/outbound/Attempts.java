package io.milena.delivery.outbound;

import io.milena.delivery.outcome.Settler;
import io.milena.delivery.relay.Relay;
import io.milena.delivery.remote.Cause;
import io.milena.delivery.remote.RecipientResult;
import io.milena.delivery.route.Way;
import io.milena.delivery.site.QueuedMail;
import io.milena.delivery.site.Site;
import io.milena.topics.MailRecord;
import io.milena.topics.Recipient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/** What {@link SiteWorker}s do with a message whose turn it is, and what that says of its site and way. Thread-safe. */
final class Attempts {
    private static final Logger LOG = Logger.getLogger(Attempts.class);

    private final Settler settler;
    private final Settlements settlements;
    private final OrderPolicy obedience;
    private final Suppressions suppressions;
    private final Relay relay;
    private final MembershipProof pulse;
    private final Clock clock;
    private final Function<Way, Destination> destinations;

    Attempts(
            Settler settler,
            Settlements settlements,
            OrderPolicy obedience,
            Suppressions suppressions,
            Relay relay,
            MembershipProof pulse,
            Clock clock,
            Function<Way, Destination> destinations) {
        this.settler = settler;
        this.settlements = settlements;
        this.obedience = obedience;
        this.suppressions = suppressions;
        this.relay = relay;
        this.pulse = pulse;
        this.clock = clock;
        this.destinations = destinations;
    }

    /** A worker for a site that counts it already. */
    void hire(Site site) {
        Thread.ofVirtual().name("delivery-" + site.name().name()).start(new SiteWorker(this, site, relay));
    }

    /** Begins with the message, unless it must not begin any more: then it is released, and the caller has nothing more to do with it. */
    boolean begin(QueuedMail mail) {
        pulse.awaitUnless(mail.progress()::revoked);
        // What is in doubt after a crash has to be known before it is.
        MembershipProof.await(
                () -> mail.progress().mayBegin(mail.entry()) || mail.progress().revoked());
        mail.progress().flights().incrementAndGet();
        if (mail.progress().revoked()) {
            settlements.release(mail);
            mail.progress().flights().decrementAndGet();
            return false;
        }
        return true;
    }

    /** Asked before the last of a message that was begun is sent. Waits while the group has not been heard of. */
    boolean mayComplete(QueuedMail mail) {
        pulse.awaitUnless(mail.progress()::lost);
        return !mail.progress().lost();
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
        if (relayed.contact() instanceof Relay.Contact.Shut(var why) && !site.restsAfter(why)) {
            // Others of the site's connections can take it.
            tell(mail, () -> hear(mail, site, relayed));
            giveBack(mail, site);
            return false;
        }
        var results = new ArrayList<>(relayed.results());
        suppressed.forEach(
                recipient -> results.add(new RecipientResult.NotDelivered(recipient, new Cause.Suppressed())));
        // First of all: whatever others make of it, a host that has the message is not to get it again.
        finish(mail, settler.attempted(mail.mail(), mail.way().source().name(), results));
        tell(mail, () -> hear(mail, site, relayed));
        tell(mail, () -> reached(mail, site, relayed));
        tell(mail, site::settledOne);
        return true;
    }

    /** What others are told of an attempt changes nothing of what became of the message. */
    private static void tell(QueuedMail mail, Runnable other) {
        try {
            other.run();
        } catch (RuntimeException | Error e) {
            LOG.errorf(
                    e,
                    "queueId=%s not everybody was told of an attempt",
                    mail.mail().envelope().id());
        }
    }

    private void hear(QueuedMail mail, Site site, Relay.Relayed relayed) {
        obedience.hear(mail, site, relayed);
        relayed.results().stream()
                .flatMap(result -> result.said().stream())
                .reduce((first, last) -> last)
                .ifPresent(site::said);
    }

    /** What the attempt says of the site and the way. */
    private void reached(QueuedMail mail, Site site, Relay.Relayed relayed) {
        switch (relayed.contact()) {
            case Relay.Contact.Made made -> {
                destinations.apply(mail.way()).reached();
                if (site.succeeded()) {
                    hire(site);
                }
            }
            case Relay.Contact.None none -> {}
            case Relay.Contact.NoWay(var why) -> {
                var destination = destinations.apply(mail.way());
                destination.rest(why, System.nanoTime());
                settleRemoved(
                        site, other -> other.way().equals(mail.way()), why, destination.resting(System.nanoTime()));
            }
            case Relay.Contact.Shut(var why) -> settleRemoved(site, other -> true, why, site.resting());
        }
    }

    private void giveBack(QueuedMail mail, Site site) {
        site.giveBack(mail);
        mail.progress().flights().decrementAndGet();
    }

    private void settleRemoved(Site site, Predicate<QueuedMail> wanted, Cause why, Duration wait) {
        Settlements.eachInItsPlace(
                site.remove(wanted), (other, place) -> settlements.notTried(other, why, wait, place));
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
