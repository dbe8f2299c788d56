package io.milena.delivery.progress;

import io.milena.topics.Topics;
import io.milena.topics.kafka.LogOffsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Deletes bodies that no mail can refer to any more. Brokers delete none by themselves, so bodies outlast any outage: a
 * body goes only if all mail up to a time is settled and the body is older than that by twice the queue lifetime, the
 * longest that mail can be scheduled and then retried. Every replica may run it. Blocks.
 */
public final class UnusedBodies {
    private static final Logger LOG = Logger.getLogger(UnusedBodies.class);
    /** Ages of the oldest mail that is not settled that are tried in turn, in days. */
    private static final List<Integer> DAYS = List.of(1, 2, 4, 8, 16, 32, 64);

    private final Map<String, Object> clientConfig;
    private final Duration lifetime;
    private final Supplier<Optional<Instant>> oldestLetter;
    private final Clock clock;

    /**
     * @param lifetime queue lifetime
     * @param oldestLetter the time of the oldest open dead letter, which can be replayed with its body
     */
    public UnusedBodies(
            Map<String, Object> clientConfig,
            Duration lifetime,
            Supplier<Optional<Instant>> oldestLetter,
            Clock clock) {
        this.clientConfig = clientConfig;
        this.lifetime = lifetime;
        this.oldestLetter = oldestLetter;
        this.clock = clock;
    }

    /** Deletes what it can; throws Kafka's exceptions, or those of {@code oldestLetter}, and deletes nothing then. */
    public void delete() throws InterruptedException {
        var letter = oldestLetter.get();
        var now = clock.instant();
        try (var admin = Admin.create(clientConfig)) {
            for (int days : DAYS) {
                var time = now.minus(Duration.ofDays(days));
                if (letter.filter(time::isAfter).isEmpty() && isSettledBefore(admin, time)) {
                    deleteBefore(admin, time.minus(lifetime.multipliedBy(2)));
                    return;
                }
            }
        } catch (ExecutionException e) {
            throw new KafkaException("bodies are not deleted", e.getCause());
        }
        LOG.warnf("bodies are not deleted: mail or an open dead letter is older than %d days", DAYS.getLast());
    }

    /** Whether each record of mail that was written before that time is settled. */
    private boolean isSettledBefore(Admin admin, Instant time) throws ExecutionException, InterruptedException {
        var topics = admin.listTopics().names().get().stream()
                .filter(Topics::holdsMail)
                .toList();
        var partitions = LogOffsets.partitions(admin, topics);
        // Before the progress: a record that is settled later has become younger records.
        var firsts = firsts(admin, partitions, time);
        var progress = CommittedProgress.now(clientConfig);
        return firsts.entrySet().stream().allMatch(first -> progress.head(first.getKey()) >= first.getValue());
    }

    private static void deleteBefore(Admin admin, Instant time) throws ExecutionException, InterruptedException {
        var bodies = LogOffsets.partitions(admin, List.of(Topics.BODIES));
        admin.deleteRecords(firsts(admin, bodies, time).entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, first -> RecordsToDelete.beforeOffset(first.getValue()))))
                .all()
                .get();
    }

    /** The first offset of each partition at that time or later; its end if there is none. */
    private static Map<TopicPartition, Long> firsts(Admin admin, Collection<TopicPartition> partitions, Instant time)
            throws ExecutionException, InterruptedException {
        var firsts = LogOffsets.at(admin, partitions, OffsetSpec.forTimestamp(time.toEpochMilli()));
        var ends = LogOffsets.at(admin, partitions, OffsetSpec.latest());
        firsts.replaceAll((partition, first) -> first < 0 ? ends.get(partition) : first);
        return firsts;
    }
}
