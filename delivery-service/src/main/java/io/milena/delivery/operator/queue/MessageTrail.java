package io.milena.delivery.operator.queue;

import io.milena.topics.Outcome;
import io.milena.topics.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * The state of one message during a search, and where to look next. A recipient with a terminal outcome is settled,
 * whatever records of it a topic still keeps. Otherwise it waits in its newest record, unless that is history: a
 * finished record is, since its results were committed with its end; and so is a record older than the recipient's last
 * deferral, which wrote a newer one in its transaction. Confined to its thread.
 */
final class MessageTrail {
    private final Instant now;
    private final List<String> tiers;
    private final List<Outcome> history = new ArrayList<>();
    private final Map<String, Told> last = new LinkedHashMap<>();
    private final Map<Place, FoundRecord> found = new LinkedHashMap<>();
    private final Map<String, FoundRecord> newest = new LinkedHashMap<>();
    private Optional<Instant> firstOutcome = Optional.empty();

    /** An outcome, and when it was appended, which is the time of the whole transaction. */
    private record Told(Instant at, Outcome outcome) {
        boolean isTerminal() {
            return outcome.type().terminal();
        }
    }

    private record Place(TopicPartition partition, long offset) {}

    /** Topics in which a record may have been appended soon after a time. */
    record Clue(Set<String> topics, Instant from) {}

    /** @param tiers the delay topics that exist */
    MessageTrail(List<String> tiers, Instant now) {
        this.tiers = tiers;
        this.now = now;
    }

    void add(Outcome outcome, Instant at) {
        history.add(outcome);
        firstOutcome = firstOutcome.or(() -> Optional.of(at));
        // An outcome after a terminal one changes nothing, except the later report of a host that had taken the mail.
        last.merge(
                outcome.recipient(),
                new Told(at, outcome),
                (before, next) -> before.isTerminal() && !next.isTerminal() ? before : next);
    }

    /**
     * Adds a record. If it was found twice, the first finding is kept. Of records of one millisecond the last is the
     * newest: topics are read in the order of the way.
     */
    void add(FoundRecord record) {
        boolean known = found.putIfAbsent(new Place(record.partition(), record.offset()), record) != null;
        if (!known && !record.isReport()) {
            for (var recipient : record.envelope().recipients()) {
                newest.merge(
                        recipient.forwardPath(),
                        record,
                        (before, other) -> other.at().isBefore(before.at()) ? before : other);
            }
        }
    }

    List<Outcome> history() {
        return List.copyOf(history);
    }

    Collection<FoundRecord> found() {
        return found.values();
    }

    boolean isEmpty() {
        return history.isEmpty() && found.isEmpty();
    }

    Optional<Instant> firstOutcome() {
        return firstOutcome;
    }

    /** All known recipients, those of the envelope first. */
    Set<String> recipients() {
        var all = new LinkedHashSet<>(newest.keySet());
        all.addAll(last.keySet());
        return all;
    }

    Optional<Outcome> lastOutcome(String recipient) {
        return Optional.ofNullable(last.get(recipient)).map(Told::outcome);
    }

    private boolean isSettled(String recipient) {
        var told = last.get(recipient);
        return told != null && told.isTerminal();
    }

    /** The record that a recipient waits in. */
    Optional<FoundRecord> waiting(String recipient) {
        return isSettled(recipient)
                ? Optional.empty()
                : Optional.ofNullable(newest.get(recipient))
                        .filter(record -> !record.finished() && !isBeforeDeferral(record, recipient));
    }

    private boolean isBeforeDeferral(FoundRecord record, String recipient) {
        var told = last.get(recipient);
        return told != null && (record.at().isBefore(told.at()) || record.at().equals(told.at()) && !record.isTier());
    }

    /**
     * Whether a recipient's mail is a bounce report that came back: it has no outcome, and is finished when it has been
     * read.
     */
    boolean wasRead(String recipient) {
        var record = newest.get(recipient);
        return record != null && record.isReturned() && record.finished();
    }

    /** Recipients that are not settled and have no record in which they wait. */
    Set<String> astray() {
        return recipients().stream()
                .filter(recipient -> !isSettled(recipient) && waiting(recipient).isEmpty() && !wasRead(recipient))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The time since which nothing is known of the recipients astray. */
    Optional<Instant> astraySince() {
        return astray().stream().map(this::knownOf).min(Comparator.naturalOrder());
    }

    private Instant knownOf(String recipient) {
        return Stream.concat(
                        Stream.ofNullable(last.get(recipient)).map(Told::at),
                        Stream.ofNullable(newest.get(recipient)).map(FoundRecord::at))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** Where the records of recipients astray may be. */
    Set<Clue> clues() {
        return astray().stream()
                .flatMap(recipient -> clue(recipient).stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Optional<Clue> clue(String recipient) {
        var record = newest.get(recipient);
        return record == null || isBeforeDeferral(record, recipient)
                ? Optional.ofNullable(last.get(recipient)).flatMap(this::afterDeferral)
                : after(record);
    }

    /** The outcome does not name the tier: its delay may be shorter than the wait, or one of several on the way. */
    private Optional<Clue> afterDeferral(Told told) {
        return told.outcome().retryAt().map(retry -> new Clue(Set.copyOf(tiers), told.at()));
    }

    /** Where the next record of that mail is, if no outcome lies between. */
    private Optional<Clue> after(FoundRecord record) {
        if (record.isTier()) {
            // Before that time only a flush can bring it back, and its time is not known.
            return record.due().filter(due -> !due.isAfter(now)).map(due -> new Clue(Set.of(Topics.OUTBOUND), due));
        }
        return switch (record.topic()) {
            case Topics.ACCEPTED -> Optional.of(new Clue(Set.of(Topics.OUTBOUND), record.at()));
            case Topics.OUTBOUND, Topics.WAITING -> Optional.of(new Clue(afterOutbound(record), record.at()));
            default -> Optional.empty();
        };
    }

    /** It was passed on to another replica, gave way to other mail, or is not due yet. */
    private Set<String> afterOutbound(FoundRecord record) {
        var topics = new LinkedHashSet<>(List.of(Topics.OUTBOUND, Topics.WAITING));
        if (record.envelope().triedFrom().filter(record.at()::isBefore).isPresent()) {
            topics.addAll(tiers);
        }
        return topics;
    }
}
