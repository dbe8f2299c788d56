package io.milena.ingest;

import io.milena.topics.Topics;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Hands records to Kafka from a thread of its own, in the order in which they came: {@code send} may wait for metadata, and no event
 * loop can. What has waited too long is not sent any more, since its client will have been told 451. {@link #publish} is thread-safe.
 */
final class MailPublisher implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(MailPublisher.class);
    private static final Duration MAX_WAIT = Duration.ofSeconds(20);

    private record Waiting(ProducerRecord<byte[], byte[]> mail, Callback callback, long since) {}

    private final Producer<byte[], byte[]> producer;
    private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final int bodyPartitions;
    private final Thread thread;
    private volatile boolean closing;

    /** Asks the broker about the topics that it will write to, so that the first message need not. Blocks. */
    MailPublisher(Producer<byte[], byte[]> producer) {
        this.producer = producer;
        for (var topic : new String[] {Topics.OUTBOUND, Topics.ACCEPTED, Topics.RETURNED}) {
            producer.partitionsFor(topic);
        }
        bodyPartitions = producer.partitionsFor(Topics.BODIES).size();
        thread = Thread.ofPlatform().name("ingest-publisher").start(this::run);
    }

    /** The partition of {@link Topics#BODIES} for a message's chunks. */
    int bodyPartition(String queueId) {
        return Math.floorMod(queueId.hashCode(), bodyPartitions);
    }

    /** The callback runs on one of Kafka's threads, after 40 seconds at most. */
    void publish(ProducerRecord<byte[], byte[]> mail, Callback callback) {
        queue.add(new Waiting(mail, callback, System.nanoTime()));
    }

    private void run() {
        while (!closing || !queue.isEmpty()) {
            try {
                var next = queue.poll(200, TimeUnit.MILLISECONDS);
                if (next != null) {
                    send(next);
                }
            } catch (InterruptedException e) {
                LOG.warn("the publisher was interrupted and goes on: closing is what ends it");
            }
        }
    }

    private void send(Waiting next) {
        if (System.nanoTime() - next.since() > MAX_WAIT.toNanos()) {
            next.callback().onCompletion(null, new TimeoutException("waited too long for the broker"));
            return;
        }
        try {
            producer.send(next.mail(), next.callback());
        } catch (RuntimeException e) {
            // What send() refuses outright never reaches the callback.
            next.callback().onCompletion(null, e);
        }
    }

    /** Sends what is queued, waits for its acknowledgements and closes the producer. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofSeconds(10));
    }
}
