package io.milena.delivery.content;

import io.milena.delivery.remote.Content;
import io.milena.topics.BodyReference;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads large bodies back from {@link Topics#BODIES} by seeking, with one chunk of each in memory at a time. A reader
 * is used for a chunk and not for a body, so that slow remotes do not keep readers from others. Thread-safe; blocks its
 * virtual thread.
 */
public final class BodyReader implements AutoCloseable {
    private static final int READERS = 16;
    private static final int CHUNK_FETCH = 320 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final KafkaClients clients;
    private final Semaphore permits = new Semaphore(READERS);
    /** The reader that was used last is first. */
    private final ConcurrentLinkedDeque<Reader> idle = new ConcurrentLinkedDeque<>();

    public BodyReader(KafkaClients clients) {
        this.clients = clients;
    }

    void read(BodyReference body, Content.Sink sink) throws IOException {
        var partition = new TopicPartition(Topics.BODIES, body.partition());
        for (long offset : body.offsets()) {
            byte[] chunk = chunk(partition, offset);
            sink.accept(chunk, 0, chunk.length);
        }
    }

    private byte[] chunk(TopicPartition partition, long offset) throws Content.Unreadable {
        permits.acquireUninterruptibly();
        Reader reader = null;
        boolean sound = false;
        try {
            // Creating a reader may fail already: no broker name resolves.
            reader = reader(partition, offset);
            byte[] chunk = reader.chunk(partition, offset);
            sound = true;
            return chunk;
        } catch (KafkaException e) {
            throw new Content.Unreadable(e.getMessage(), e);
        } finally {
            permits.release();
            if (sound) {
                idle.addFirst(reader);
            } else if (reader != null) {
                reader.close();
            }
        }
    }

    /** Prefers the reader that has just read the chunk before: it may have fetched the next one. */
    private Reader reader(TopicPartition partition, long offset) {
        for (var reader : idle) {
            if (reader.isAt(partition, offset) && idle.remove(reader)) {
                return reader;
            }
        }
        var longestIdle = idle.pollLast();
        return longestIdle == null ? new Reader(clients) : longestIdle;
    }

    @Override
    public void close() {
        for (var reader = idle.poll(); reader != null; reader = idle.poll()) {
            reader.close();
        }
    }

    /** One consumer with its position. Used by one thread at a time. */
    private static final class Reader {
        private final KafkaConsumer<byte[], byte[]> consumer;
        private volatile TopicPartition partition;
        private volatile long next = -1;

        Reader(KafkaClients clients) {
            this.consumer = clients.consumer(Map.of(
                    "client.id",
                    "body-reader",
                    "max.poll.records",
                    1,
                    "isolation.level",
                    "read_uncommitted",
                    "fetch.max.bytes",
                    CHUNK_FETCH,
                    "max.partition.fetch.bytes",
                    CHUNK_FETCH));
        }

        boolean isAt(TopicPartition wanted, long offset) {
            return wanted.equals(partition) && next == offset;
        }

        byte[] chunk(TopicPartition wanted, long offset) throws Content.Unreadable {
            if (!wanted.equals(partition)) {
                consumer.assign(List.of(wanted));
                partition = wanted;
                next = -1;
            }
            // Only if chunks are not adjacent: a seek discards fetched records.
            if (offset != next) {
                consumer.seek(partition, offset);
            }
            next = offset + 1;
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

        void close() {
            consumer.close();
        }
    }
}
