package io.milena.delivery.operator.queue;

import io.milena.delivery.progress.MailProgress;
import io.milena.topics.Envelope;
import io.milena.topics.MalformedRecordException;
import io.milena.topics.Recipient;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Counts waiting mail. No replica holds deferred mail in memory, so all mail topics are read from their first
 * unfinished record on. For one survey; confined to its thread; blocks.
 */
final class WaitingSurvey implements AutoCloseable {
    static final TopicReader.Limit LIMIT = new TopicReader.Limit(Duration.ofSeconds(10), 1024L * 1024 * 1024);

    /** For a count beside other figures. */
    static final TopicReader.Limit SOON = new TopicReader.Limit(Duration.ofSeconds(1), 16L * 1024 * 1024);

    private static final Logger LOG = Logger.getLogger(WaitingSurvey.class);
    /** Names that are remembered; further names count only in the sum. */
    private static final int MOST_NAMES = 100_000;

    private static final int MOST_ITEMS = 1_000;

    private final TopicReader reader;
    private final MailProgress progress;
    private final By by;
    private final Predicate<String> wanted;
    private final Instant now;
    private final Map<String, Count> counts = new HashMap<>();
    private long messages;

    /** The property by which mail is counted. */
    enum By {
        DOMAIN,
        ACCOUNT;

        static Optional<By> of(String word) {
            return Stream.of(values())
                    .filter(by -> by.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst();
        }

        private Collection<String> names(Envelope envelope) {
            return this == ACCOUNT
                    ? List.of(envelope.account())
                    : envelope.recipients().stream().map(Recipient::domain).collect(Collectors.toSet());
        }
    }

    /** A survey that has not begun; {@code progress} as it was before. */
    WaitingSurvey(
            KafkaClients clients,
            MailProgress progress,
            TopicReader.Limit limit,
            By by,
            Predicate<String> wanted,
            Instant now) {
        this.reader = new TopicReader(clients, limit);
        this.progress = progress;
        this.by = by;
        this.wanted = wanted;
        this.now = now;
    }

    WaitingView count() {
        var topics = new ArrayList<>(List.of(Topics.ACCEPTED, Topics.OUTBOUND, Topics.WAITING));
        topics.addAll(reader.topics(Topics.DEFERRED));
        reader.read(
                reader.unfinishedSince(Instant.EPOCH, reader.partitions(topics), progress),
                TopicReader.FOR_EVER,
                this::take,
                () -> false);
        return new WaitingView(
                !reader.cutShort(),
                messages,
                counts.size(),
                counts.entrySet().stream()
                        .map(entry -> entry.getValue().item(entry.getKey()))
                        .sorted(Comparator.comparing((WaitingView.Item item) -> -item.messages())
                                .thenComparing(WaitingView.Item::name))
                        .limit(MOST_ITEMS)
                        .toList());
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (progress.isFinished(new TopicPartition(record.topic(), record.partition()), record.offset())) {
            return;
        }
        try {
            var found = FoundRecord.ofMail(record, false);
            by.names(found.envelope()).stream().filter(wanted).forEach(name -> add(name, found));
        } catch (MalformedRecordException e) {
            LOG.debugf("%s-%d@%d is skipped: %s", record.topic(), record.partition(), record.offset(), e.getMessage());
        }
    }

    private void add(String name, FoundRecord found) {
        messages++;
        var count = counts.size() < MOST_NAMES ? counts.computeIfAbsent(name, any -> new Count()) : counts.get(name);
        if (count != null) {
            count.add(found, now);
        }
    }

    private static final class Count {
        private long messages;
        private long octets;
        private long deferred;
        private long scheduled;
        private Instant oldest = Instant.MAX;
        private Optional<Instant> next = Optional.empty();

        private void add(FoundRecord found, Instant now) {
            messages++;
            octets += found.envelope().content().size();
            oldest = earlier(oldest, found.envelope().acceptedAt());
            if (found.isTier()) {
                deferred++;
                scheduled += found.isScheduled(now) ? 1 : 0;
                next = found.nextAttempt()
                        .map(at -> earlier(next.orElse(at), at))
                        .or(() -> next);
            }
        }

        private static Instant earlier(Instant one, Instant other) {
            return one.isBefore(other) ? one : other;
        }

        private WaitingView.Item item(String name) {
            return new WaitingView.Item(name, messages, octets, deferred, scheduled, oldest, next.orElse(null));
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
