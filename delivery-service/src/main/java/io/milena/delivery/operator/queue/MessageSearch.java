package io.milena.delivery.operator.queue;

import io.milena.delivery.operator.letter.LetterId;
import io.milena.delivery.progress.MailProgress;
import io.milena.topics.Json;
import io.milena.topics.MailRecord;
import io.milena.topics.MalformedRecordException;
import io.milena.topics.Outcome;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.LogOffsets;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Searches the topics for one message; no index says where it is, though a million may wait. Its id contains the time
 * of acceptance, and each record found tells roughly when the next one was written (see {@link MessageTrail}), so
 * usually some seconds of a topic are read. Records off this trail are searched for in all mail that may still wait.
 * For one search; confined to its thread; blocks.
 */
final class MessageSearch implements AutoCloseable {
    static final TopicReader.Limit OF_HISTORY = new TopicReader.Limit(Duration.ofSeconds(4), 512L * 1024 * 1024);
    static final TopicReader.Limit OF_MAIL = new TopicReader.Limit(Duration.ofSeconds(6), 1024L * 1024 * 1024);

    private static final Logger LOG = Logger.getLogger(MessageSearch.class);
    /** Largest difference between the clocks of replicas. */
    private static final Duration BEFORE = Duration.ofSeconds(2);
    /** How much later than its clue a record may be and still be found at once. */
    private static final Duration AFTER = Duration.ofSeconds(30);
    /** How long most messages take to arrive after the time in their id. */
    private static final Duration ARRIVAL = Duration.ofMinutes(2);

    private final MailProgress progress;
    private final Optional<Predicate<LetterId>> openLetters;
    private final TopicReader outcomes;
    private final TopicReader mail;
    private final byte[] id;
    private final Instant made;
    private final MessageTrail trail;
    private final List<String> tiers;
    private final Set<MessageTrail.Clue> followed = new HashSet<>();
    private Map<TopicPartition, Long> nextOutcomes = Map.of();

    /**
     * A search that has not begun.
     *
     * @param made the time in the id
     * @param progress as it was before the search
     * @param openLetters tells whether a letter is open; empty if no letter is
     */
    MessageSearch(
            KafkaClients clients,
            MailProgress progress,
            Optional<Predicate<LetterId>> openLetters,
            TopicReader.Limit ofHistory,
            TopicReader.Limit ofMail,
            String id,
            Instant made,
            Instant now) {
        this.progress = progress;
        this.openLetters = openLetters;
        this.id = id.getBytes(StandardCharsets.US_ASCII);
        this.made = made;
        this.outcomes = new TopicReader(clients, ofHistory);
        this.mail = new TopicReader(clients, ofMail);
        try {
            this.tiers = mail.topics(Topics.DEFERRED);
            this.trail = new MessageTrail(tiers, now);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Everything that was found, and whether nothing is missing. */
    record Result(MessageTrail trail, boolean complete) {}

    Result search() {
        readHistory();
        findFirst();
        follow();
        findLetters();
        findWaiting(List.of(partitionOfId(mail, Topics.FAILED)), made, () -> false);
        findAstray();
        // A message that was tried during the search is where its outcome says, not where it was a moment ago.
        readHistory();
        follow();
        return new Result(trail, !outcomes.cutShort() && !mail.cutShort());
    }

    /**
     * Reads outcomes from where the last call ended. They are keyed by the id: all are in one partition, in their
     * order.
     */
    private void readHistory() {
        var starts = nextOutcomes.isEmpty()
                ? outcomes.since(made.minus(BEFORE), List.of(partitionOfId(outcomes, Topics.OUTCOMES)))
                : nextOutcomes;
        var next = new HashMap<>(starts);
        outcomes.read(
                starts,
                TopicReader.FOR_EVER,
                record -> {
                    next.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
                    if (Arrays.equals(record.key(), id)) {
                        addOutcome(record);
                    }
                },
                () -> false);
        nextOutcomes = next;
    }

    private void addOutcome(ConsumerRecord<byte[], byte[]> record) {
        try {
            trail.add(Json.read(record.value(), Outcome.class), Instant.ofEpochMilli(record.timestamp()));
        } catch (MalformedRecordException e) {
            LOG.debugf("%s-%d@%d is skipped: %s", record.topic(), record.partition(), record.offset(), e.getMessage());
        }
    }

    /** Finds the message's first record, finished or not: it has all recipients, and the header section. */
    private void findFirst() {
        // Before its first outcome the record existed, by any clock.
        var until = trail.firstOutcome().map(first -> first.plus(AFTER)).orElse(made.plus(ARRIVAL));
        for (var partitions : List.of(
                List.of(partitionOfId(mail, Topics.ACCEPTED)),
                mail.partitions(Topics.OUTBOUND),
                mail.partitions(Topics.RETURNED))) {
            find(mail.since(made.minus(BEFORE), partitions), until, this::hasMail);
            if (hasMail()) {
                return;
            }
        }
    }

    private boolean hasMail() {
        return !trail.found().isEmpty();
    }

    /**
     * Goes from each place to the next, as long as there are clues. Clues of about one time are followed together: a
     * message may go to a thousand domains.
     */
    private void follow() {
        while (true) {
            var next = trail.clues().stream()
                    .filter(clue -> !followed.contains(clue))
                    .sorted(Comparator.comparing(MessageTrail.Clue::from))
                    .toList();
            if (next.isEmpty() || !mail.goesOn()) {
                return;
            }
            var first = next.getFirst();
            var some = next.stream()
                    .filter(clue -> clue.topics().equals(first.topics())
                            && clue.from().isBefore(first.from().plus(AFTER)))
                    .toList();
            followed.addAll(some);
            find(
                    mail.since(first.from().minus(BEFORE), mail.partitions(first.topics())),
                    some.getLast().from().plus(AFTER),
                    () -> Collections.disjoint(trail.clues(), some));
        }
    }

    private void findLetters() {
        if (openLetters.isPresent()) {
            find(
                    mail.since(made.minus(BEFORE), mail.partitions(Topics.DEAD_LETTERS)),
                    TopicReader.FOR_EVER,
                    () -> false);
        }
    }

    /** Searches all waiting mail for recipients off the trail, for instance after a flush. */
    private void findAstray() {
        for (var topics :
                List.of(List.of(Topics.ACCEPTED, Topics.RETURNED), List.of(Topics.OUTBOUND, Topics.WAITING), tiers)) {
            if (nobodyIsAstray()) {
                return;
            }
            findWaiting(mail.partitions(topics), trail.astraySince().orElse(made), this::nobodyIsAstray);
        }
    }

    private boolean nobodyIsAstray() {
        return !trail.isEmpty() && trail.astray().isEmpty();
    }

    private void findWaiting(Collection<TopicPartition> partitions, Instant since, BooleanSupplier enough) {
        find(mail.unfinishedSince(since.minus(BEFORE), partitions, progress), TopicReader.FOR_EVER, enough);
    }

    private void find(Map<TopicPartition, Long> starts, Instant until, BooleanSupplier enough) {
        mail.read(starts, until, this::take, enough);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (!MailRecord.mayBeOf(record, id)) {
            return;
        }
        try {
            read(record)
                    .filter(found -> Arrays.equals(found.envelope().id().getBytes(StandardCharsets.US_ASCII), id))
                    .ifPresent(trail::add);
        } catch (MalformedRecordException e) {
            LOG.debugf("%s-%d@%d is skipped: %s", record.topic(), record.partition(), record.offset(), e.getMessage());
        }
    }

    private Optional<FoundRecord> read(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(Topics.DEAD_LETTERS)) {
            var letter = new LetterId(record.partition(), record.offset());
            return FoundRecord.ofLetter(
                    record, openLetters.filter(open -> open.test(letter)).isEmpty());
        }
        var partition = new TopicPartition(record.topic(), record.partition());
        return Optional.of(FoundRecord.ofMail(record, progress.isFinished(partition, record.offset())));
    }

    /** The partition to which the producers of all services write records with this key. */
    private TopicPartition partitionOfId(TopicReader reader, String topic) {
        return LogOffsets.ofKey(topic, id, reader.partitions(topic).size());
    }

    @Override
    public void close() {
        outcomes.close();
        mail.close();
    }
}
