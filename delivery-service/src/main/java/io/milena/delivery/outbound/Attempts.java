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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * Decides before an attempt whether a message may be sent and to which recipients; settles it after the attempt, and
 * informs its site, destination and the rules. Called by {@link SiteWorker}s. Thread-safe.
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
    private final RestingMail resting;

    public Attempts(
            Settler settler,
            Settlements settlements,
            OrderPolicy orders,
            Suppressions suppressions,
            MembershipProof membership,
            Clock clock,
            KnownDestinations destinations,
            RestingMail resting) {
        this.settler = settler;
        this.settlements = settlements;
        this.orders = orders;
        this.suppressions = suppressions;
        this.membership = membership;
        this.clock = clock;
        this.destinations = destinations;
        this.resting = resting;
    }

    /** A message as it is to be relayed: without the recipients whose addresses are suppressed. */
    record Prepared(MailRecord mail, List<Recipient> suppressed) {}

    /** A worker's next step after an attempt. */
    enum Next {
        GO_ON,
        /** Start one more worker, since the site bears another connection; then go on. */
        HIRE,
        LEAVE
    }

    /**
     * Waits until this replica may send the message. Returns false if the message was released instead, because its
     * partition was revoked.
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

    /**
     * Returns the message to relay; empty if it was settled without an attempt, because its time is over or every
     * recipient is suppressed.
     */
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

    /**
     * Whether the end of the content may be sent: not after the partition was lost. Waits until membership is proved.
     */
    boolean mayComplete(QueuedMail mail) {
        membership.awaitUnless(mail.progress()::lost);
        return !mail.progress().lost();
    }

    /**
     * Settles the message by the results of an attempt, then informs the rules, the destination and the site. If no
     * host let this worker in while other connections of the site work, gives the message back instead.
     */
    Next settle(QueuedMail mail, Site site, Prepared prepared, Line.Relayed relayed) {
        if (relayed.contact() instanceof Line.Contact.Shut(var why) && !site.restsAfter(why)) {
            // Other connections of the site can take the message.
            tell(mail, () -> hear(mail, site, relayed));
            giveBack(mail, site);
            return Next.LEAVE;
        }
        var results = new ArrayList<>(relayed.results());
        prepared.suppressed()
                .forEach(recipient -> results.add(new RecipientResult.NotDelivered(recipient, new Cause.Suppressed())));
        // Settle first: a bug in the steps below must not make us send the message to a host again that has it.
        finish(mail, records(mail, site, relayed.contact(), results));
        tell(mail, () -> hear(mail, site, relayed));
        tell(mail, () -> reached(mail, site, relayed));
        tell(mail, site::settledOne);
        return succeeded(mail, site, relayed) ? Next.HIRE : Next.GO_ON;
    }

    private List<ProducerRecord<byte[], byte[]>> records(
            QueuedMail mail, Site site, Line.Contact contact, List<RecipientResult> results) {
        var source = mail.way().source().name();
        if (!(contact instanceof Line.Contact.Made)) {
            return settler.attempted(mail.mail(), source, results);
        }
        var records = new ArrayList<>(settler.letIn(mail.mail(), source, results));
        tell(mail, () -> records.addAll(resting.broughtBackBy(mail, site, destinations.of(mail.way()))));
        return records;
    }

    /** Whether to start one more worker, which may be so after a host has answered. */
    private static boolean succeeded(QueuedMail mail, Site site, Line.Relayed relayed) {
        try {
            return relayed.contact() instanceof Line.Contact.Made && site.succeeded();
        } catch (RuntimeException | Error e) {
            notTold(mail, e);
            return false;
        }
    }

    /** Runs one step after the settlement; its failure does not change the result of the attempt. */
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

    /**
     * Ends the destination's rest if a host answered, or begins it if no way was found. Settles the mail that waits at
     * a destination or site which rests now.
     */
    private void reached(QueuedMail mail, Site site, Line.Relayed relayed) {
        switch (relayed.contact()) {
            case Line.Contact.Made made -> destinations.of(mail.way()).reached();
            case Line.Contact.None none -> {}
            case Line.Contact.NoWay(var why) -> {
                var destination = destinations.of(mail.way());
                destination.rest(why, System.nanoTime());
                Settlements.eachInItsSlot(
                        site.remove(other -> other.way().equals(mail.way())),
                        (other, slot) -> resting.defer(other, destination, site, slot));
            }
            case Line.Contact.Shut(var why) ->
                Settlements.eachInItsSlot(
                        site.remove(other -> true), (other, slot) -> resting.defer(other, site, slot));
        }
    }

    private void giveBack(QueuedMail mail, Site site) {
        site.giveBack(mail);
        mail.progress().flights().decrementAndGet();
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

    /** Settles a message whose handling met a bug. */
    void failed(QueuedMail mail, Throwable bug) {
        settlements.bug(mail, bug);
        mail.progress().flights().decrementAndGet();
    }

    private void finish(QueuedMail mail, List<ProducerRecord<byte[], byte[]>> records) {
        settlements.settle(mail, records);
        mail.progress().flights().decrementAndGet();
    }
}
