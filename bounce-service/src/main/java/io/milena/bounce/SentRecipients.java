package io.milena.bounce;

import io.milena.topics.Json;
import io.milena.topics.MalformedRecordException;
import io.milena.topics.Outcome;
import io.milena.topics.QueueId;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.LogOffsets;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * The recipients that a message had, by the outcomes of its attempts: each attempt has left one for each recipient since
 * the message was taken. Reads at most {@value #MOST_OCTETS} octets of the message's partition, in at most five seconds,
 * and keeps each answer for ten minutes, so that forged reports are cheap. Confined to one thread; blocks.
 */
final class SentRecipients implements AutoCloseable {
    private static final long MOST_OCTETS = 32 * 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration KEPT_FOR = Duration.ofMinutes(10);
    private static final int MOST_KEPT = 500;
    /** Clocks of the hosts that write ids and outcomes may differ by that much. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(5);

    private final KafkaClients clients;
    private final Clock clock;
    private final Map<String, Found> found = new LinkedHashMap<>();
    private KafkaConsumer<byte[], byte[]> consumer;

    private record Found(Set<String> recipients, Instant at) {}

    SentRecipients(KafkaClients clients, Clock clock) {
        this.clients = clients;
        this.clock = clock;
    }

    /** The forward-paths of the message; empty if none is found. Throws an exception of Kafka's if it does not answer. */
    Set<String> of(String id) {
        var now = clock.instant();
        var known = found.get(id);
        if (known != null && known.at().plus(KEPT_FOR).isAfter(now)) {
            return known.recipients();
        }
        var recipients = read(id);
        found.remove(id);
        found.put(id, new Found(recipients, now));
        if (found.size() > MOST_KEPT) {
            found.remove(found.keySet().iterator().next());
        }
        return recipients;
    }

    private Set<String> read(String id) {
        var made = QueueId.epochMillis(id);
        if (made.isEmpty()) {
            return Set.of();
        }
        if (consumer == null) {
            consumer = clients.reader(Map.of("client.id", "milena-returned-outcomes"));
        }
        byte[] key = id.getBytes(StandardCharsets.UTF_8);
        int partitions = consumer.partitionsFor(Topics.OUTCOMES).size();
        var partition = LogOffsets.ofKey(Topics.OUTCOMES, key, partitions);
        consumer.assign(Set.of(partition));
        var start = consumer.offsetsForTimes(
                        Map.of(partition, Math.max(0, made.getAsLong() - CLOCK_DIFFERENCE.toMillis())))
                .get(partition);
        if (start == null) {
            return Set.of();
        }
        consumer.seek(partition, start.offset());
        long end = consumer.endOffsets(Set.of(partition)).get(partition);
        var recipients = new HashSet<String>();
        long octets = 0;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (consumer.position(partition) < end && octets < MOST_OCTETS && System.nanoTime() < deadline) {
            for (var record : consumer.poll(POLL).records(partition)) {
                octets += Math.max(0, record.serializedValueSize());
                if (Arrays.equals(record.key(), key)) {
                    add(record, recipients);
                }
            }
        }
        return Set.copyOf(recipients);
    }

    private static void add(ConsumerRecord<byte[], byte[]> record, Set<String> recipients) {
        try {
            var outcome = Json.read(record.value(), Outcome.class);
            // An outcome that a report has told is no proof that the message was sent.
            if (outcome.type() != Outcome.Type.BOUNCED || outcome.attempt() > 0) {
                recipients.add(outcome.recipient());
            }
        } catch (MalformedRecordException e) {
            // It tells of no recipient; whoever reads outcomes for their own sake reports it.
        }
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close();
        }
    }
}
