package io.milena.faults;

import io.milena.topics.Envelope;
import io.milena.topics.MailRecord;
import io.milena.topics.MalformedRecordException;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Sees what the platform appends to {@code mail.outbound} before its transaction is committed, as a consumer that reads
 * uncommitted records, and so tells when a part is between its append and its commit. It is a millisecond or two behind
 * the append. {@link #wasAborted} tells afterwards whether a kill came before the commit. One thread of its own;
 * thread-safe.
 */
final class Moments implements AutoCloseable {
    private static final Duration COMMITTED_LIMIT = Duration.ofSeconds(15);
    /** A record that was appended longer ago was read late, and its transaction is over. */
    private static final Duration FRESH = Duration.ofMillis(100);

    private final KafkaClients kafka;
    private final AtomicReference<Wish> wish = new AtomicReference<>();
    private final Thread reader;
    private volatile boolean closing;

    private record Wish(Predicate<Envelope> wanted, CompletableFuture<Place> seen) {}

    /** Where a record was appended. */
    record Place(TopicPartition partition, long offset) {}

    private Moments(KafkaClients kafka) {
        this.kafka = kafka;
        this.reader = Thread.ofPlatform().name("moments").start(this::follow);
    }

    static Moments begin(KafkaClients kafka) {
        return new Moments(kafka);
    }

    /** A message for several domains was split: its parts are appended, and its fan-out is not committed. */
    static boolean isSplit(Envelope mail) {
        return mail.retrying().attempts() == 0
                && mail.recipients().stream().anyMatch(to -> Load.isOfSeveralDomains(to.forwardPath()));
    }

    /** A message has left its tier. */
    static boolean isMoved(Envelope mail) {
        return mail.retrying().attempts() > 0;
    }

    static boolean isReport(Envelope mail) {
        return mail.hasNullReversePath();
    }

    /** Returns as soon as such mail is appended; empty if none is within the limit. For one caller at a time. */
    Optional<Place> await(Predicate<Envelope> wanted, Duration limit) throws InterruptedException {
        var seen = new CompletableFuture<Place>();
        wish.set(new Wish(wanted, seen));
        try {
            return Optional.of(seen.get(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            wish.set(null);
        }
    }

    private void follow() {
        try (KafkaConsumer<byte[], byte[]> consumer = kafka.reader(Map.of(
                "isolation.level", "read_uncommitted", "auto.offset.reset", "latest", "fetch.max.wait.ms", 200))) {
            var partitions = consumer.partitionsFor(Topics.OUTBOUND).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            while (!closing) {
                consumer.poll(Duration.ofMillis(100)).forEach(this::look);
            }
        }
    }

    private void look(ConsumerRecord<byte[], byte[]> record) {
        var now = wish.get();
        if (now == null || record.timestamp() < System.currentTimeMillis() - FRESH.toMillis()) {
            return;
        }
        try {
            if (now.wanted().test(MailRecord.from(record).envelope())) {
                now.seen().complete(new Place(new TopicPartition(record.topic(), record.partition()), record.offset()));
            }
        } catch (MalformedRecordException poison) {
            // It is no mail: another nemesis wrote it.
            return;
        }
    }

    /** Whether the transaction of a record came to nothing; empty if that cannot be found out any more. */
    Optional<Boolean> wasAborted(Place place) {
        try (var consumer = kafka.consumer(Map.of())) {
            consumer.assign(List.of(place.partition()));
            consumer.seek(place.partition(), place.offset());
            long end = System.nanoTime() + COMMITTED_LIMIT.toNanos();
            while (System.nanoTime() < end) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    return Optional.of(record.offset() > place.offset());
                }
                if (consumer.position(place.partition()) > place.offset()) {
                    return Optional.of(true);
                }
            }
        } catch (KafkaException e) {
            // The record was deleted meanwhile, or no broker answers.
            return Optional.empty();
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        closing = true;
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
