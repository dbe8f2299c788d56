package io.milena.delivery;

import io.milena.delivery.remote.Cause;
import io.milena.delivery.remote.RecipientResult;
import io.milena.topics.MailRecord;
import io.milena.topics.Recipient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * All destinations of this replica, and what is read ahead for them. {@link OutboundLoop} puts mail in and takes settlements out;
 * {@link DestinationWorker}s on virtual threads do the rest. Thread-safe.
 */
final class Destinations {
    private static final Cause CROWDED = new Cause.NotTried("more mail waits for this destination than it takes now");

    private final DeliveryConfig.Delivery config;
    private final Settler settler;
    private final Ways ways;
    private final Relay relay;
    private final Suppressions suppressions;
    private final Clock clock;
    private final Duration shortestTier;
    private final Pulse pulse;
    private final Map<Way, Destination> byWay = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Settlement> settlements = new ConcurrentLinkedQueue<>();
    private final AtomicLong heldBytes = new AtomicLong();
    private final AtomicLong heldMessages = new AtomicLong();

    Destinations(
            DeliveryConfig.Delivery config,
            Settler settler,
            Ways ways,
            Relay relay,
            Suppressions suppressions,
            Clock clock,
            Duration shortestTier,
            Pulse pulse) {
        this.config = config;
        this.settler = settler;
        this.ways = ways;
        this.relay = relay;
        this.suppressions = suppressions;
        this.clock = clock;
        this.shortestTier = shortestTier;
        this.pulse = pulse;
    }

    /** Queues one message, or settles it at once if it is not to go yet, if its destination rests, or if more waits there than fits. Called by the loop only. */
    void accept(QueuedMail mail) {
        heldBytes.addAndGet(mail.bytes());
        heldMessages.incrementAndGet();
        var release = mail.mail().envelope().releaseAt();
        if (release.isPresent() && release.get().isAfter(clock.instant())) {
            settle(mail, settler.scheduled(mail.mail(), release.get()));
            return;
        }
        var destination = byWay.computeIfAbsent(ways.of(mail.mail()), this::create);
        if (!destination.resting().isZero()) {
            notTried(mail, destination);
            return;
        }
        var wait = destination.expectedWait();
        if (isHalfFull() && wait.compareTo(shortestTier) > 0) {
            settle(mail, settler.notTried(mail.mail(), CROWDED, wait));
            return;
        }
        if (destination.add(mail)) {
            Thread.ofVirtual()
                    .name("delivery-" + destination.way().name())
                    .start(new DestinationWorker(this, destination, relay, config));
        }
    }

    private Destination create(Way way) {
        byWay.values().removeIf(destination -> byWay.size() > 10_000 && destination.unused());
        return new Destination(
                way,
                config.connectionsPerDestination(),
                config.suspend().first(),
                config.suspend().max());
    }

    /** Takes the message, unless it must not begin any more. The caller then settles it, or {@linkplain #release releases} it. */
    boolean begin(QueuedMail mail) {
        pulse.await();
        mail.progress().flights().incrementAndGet();
        if (mail.progress().revoked()) {
            release(mail);
            mail.progress().flights().decrementAndGet();
            return false;
        }
        return true;
    }

    void finish(QueuedMail mail, List<ProducerRecord<byte[], byte[]>> records) {
        settle(mail, records);
        mail.progress().flights().decrementAndGet();
    }

    /** Nothing became of it and nothing is written: whoever owns the partition reads it again. */
    void release(QueuedMail mail) {
        heldBytes.addAndGet(-mail.bytes());
        heldMessages.decrementAndGet();
    }

    /** For a message that was not begun. */
    void settle(QueuedMail mail, List<ProducerRecord<byte[], byte[]>> records) {
        release(mail);
        settlements.add(new Settlement(mail.partition(), mail.progress(), mail.entry(), records));
    }

    /** Settles an attempt or an expiry; the one place where a message's fate is decided. */
    void attempt(QueuedMail mail, Destination destination, DestinationWorker worker) {
        if (!clock.instant().isBefore(mail.mail().envelope().triedUntil())) {
            finish(mail, settler.expired(mail.mail()));
            return;
        }
        var suppressed = suppressed(mail.mail());
        if (suppressed.size() == mail.mail().envelope().recipients().size()) {
            finish(mail, settler.dropped(mail.mail()));
            return;
        }
        var results = new ArrayList<>(worker.relay(without(suppressed, mail.mail())));
        suppressed.forEach(
                recipient -> results.add(new RecipientResult.NotDelivered(recipient, new Cause.Suppressed())));
        finish(mail, settler.attempted(mail.mail(), results));
        destination.settledOne();
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

    /** The destination's hosts can't be reached: what waits is deferred together. */
    void rest(Destination destination, Cause why) {
        destination.rest(why).forEach(mail -> notTried(mail, destination));
    }

    void notTried(QueuedMail mail, Destination destination) {
        settle(mail, settler.notTried(mail.mail(), destination.whyResting(), destination.resting()));
    }

    /** Drops what waits for revoked partitions. */
    void removeRevoked() {
        byWay.values().forEach(destination -> destination.removeRevoked().forEach(this::release));
    }

    /** The next settlement to commit, or null. Called by the loop only. */
    Settlement pollSettlement() {
        return settlements.poll();
    }

    boolean hasSettlements() {
        return !settlements.isEmpty();
    }

    boolean isFull() {
        return heldBytes.get() >= config.readAheadBytes().asLongValue()
                || heldMessages.get() >= config.readAheadMessages();
    }

    boolean isHalfFull() {
        return heldBytes.get() * 2 >= config.readAheadBytes().asLongValue()
                || heldMessages.get() * 2 >= config.readAheadMessages();
    }

    long heldMessages() {
        return heldMessages.get();
    }

    long heldBytes() {
        return heldBytes.get();
    }

    /** A bug met this message: it is tried again like a deferred one, so that it is neither lost nor holds up the others. */
    void failedHandling(QueuedMail mail, Throwable bug) {
        finish(mail, settler.attempted(mail.mail(), settler.internalError(mail.mail(), bug)));
    }
}
