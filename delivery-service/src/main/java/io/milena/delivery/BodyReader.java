package io.milena.delivery;

import io.milena.delivery.remote.Content;
import io.milena.topics.BodyReference;
import io.milena.topics.KafkaClients;
import io.milena.topics.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads large bodies back from {@link Topics#BODIES} by seeking, one chunk in memory at a time for each reader; a slow remote holds no more. At
 * most 16 read at once, the others wait. Thread-safe; blocks its virtual thread.
 */
final class BodyReader implements AutoCloseable {
    private static final int READERS = 16;
    private static final int CHUNK_FETCH = 320 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final KafkaClients clients;
    private final Semaphore permits = new Semaphore(READERS);
    private final ConcurrentLinkedQueue<KafkaConsumer<byte[], byte[]>> idle = new ConcurrentLinkedQueue<>();

    BodyReader(KafkaClients clients) {
        this.clients = clients;
    }

    void read(BodyReference body, Content.Sink sink) throws IOException {
        permits.acquireUninterruptibly();
        var consumer = idle.poll();
        boolean sound = false;
        try {
            if (consumer == null) {
                consumer = clients.consumer(Map.of(
                        "client.id",
                        "body-reader",
                        "max.poll.records",
                        1,
                        "auto.offset.reset",
                        "none",
                        "isolation.level",
                        "read_uncommitted",
                        "fetch.max.bytes",
                        CHUNK_FETCH,
                        "max.partition.fetch.bytes",
                        CHUNK_FETCH));
            }
            read(consumer, body, sink);
            sound = true;
        } catch (KafkaException e) {
            throw new Content.Unreadable(e.getMessage(), e);
        } finally {
            if (sound) {
                idle.add(consumer);
            } else if (consumer != null) {
                consumer.close();
            }
            permits.release();
        }
    }

    private static void read(KafkaConsumer<byte[], byte[]> consumer, BodyReference body, Content.Sink sink)
            throws IOException {
        var partition = new TopicPartition(Topics.BODIES, body.partition());
        consumer.assign(List.of(partition));
        long next = -1;
        for (long offset : body.offsets()) {
            // Only where chunks are not adjacent: a seek throws away what was fetched ahead.
            if (offset != next) {
                consumer.seek(partition, offset);
            }
            next = offset + 1;
            byte[] chunk = chunk(consumer, offset);
            sink.accept(chunk, 0, chunk.length);
        }
        // Nothing is fetched for a reader at rest.
        consumer.unsubscribe();
    }

    private static byte[] chunk(KafkaConsumer<byte[], byte[]> consumer, long offset) throws Content.Unreadable {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() - end < 0) {
            for (var record : consumer.poll(Duration.ofSeconds(1))) {
                if (record.offset() != offset) {
                    throw new Content.Unreadable("chunk " + offset + " is gone", null);
                }
                return record.value();
            }
        }
        throw new Content.Unreadable("chunk " + offset + " did not come within " + LIMIT.toSeconds() + " s", null);
    }

    @Override
    public void close() {
        for (var consumer = idle.poll(); consumer != null; consumer = idle.poll()) {
            consumer.close();
        }
    }
}
