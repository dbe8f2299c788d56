package io.milena.ingest.message;

import io.milena.topics.Topics;
import io.milena.topics.kafka.DutyThread;
import io.milena.topics.kafka.LoopHealth;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Hands records to Kafka from a thread of its own, in the order in which they came: {@code send} may wait for metadata,
 * which no event loop may. A record that has waited too long is not sent any more, since its client will have got 451.
 * The callback of each record is called, whatever goes wrong. {@link #publish} is thread-safe.
 */
public final class MailPublisher implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(MailPublisher.class);
    private static final Duration MAX_WAIT = Duration.ofSeconds(20);

    private record Waiting(ProducerRecord<byte[], byte[]> mail, Callback callback, long since) {}

    private final Producer<byte[], byte[]> producer;
    private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    /** Whether the last failure may be over when brokers answer. */
    private volatile boolean transientFailure;

    private final AtomicInteger underWay = new AtomicInteger();
    private final int bodyPartitions;
    private final LoopHealth health;
    private final DutyThread thread;

    /** No broker has seen the record. After any other failure it may be on its topic. */
    static final class NotSentException extends KafkaException {
        private static final long serialVersionUID = 1;

        NotSentException(Throwable cause) {
            super(cause);
        }
    }

    /** Asks the broker about its topics, so that the first message need not wait for that. Blocks. */
    public MailPublisher(Producer<byte[], byte[]> producer, LoopHealth health) {
        this.producer = producer;
        this.health = health;
        for (var topic : new String[] {Topics.OUTBOUND, Topics.ACCEPTED, Topics.RETURNED}) {
            producer.partitionsFor(topic);
        }
        bodyPartitions = producer.partitionsFor(Topics.BODIES).size();
        thread = new DutyThread(health, this::sendAll, () -> {});
        thread.start();
    }

    /** The partition of {@link Topics#BODIES} for a message's chunks. */
    int bodyPartition(String queueId) {
        return Math.floorMod(queueId.hashCode(), bodyPartitions);
    }

    /** The callback runs on one of Kafka's threads, after 40 seconds at most. */
    void publish(ProducerRecord<byte[], byte[]> mail, Callback callback) {
        underWay.incrementAndGet();
        health.work();
        queue.add(new Waiting(mail, (metadata, failure) -> ended(callback, metadata, failure), System.nanoTime()));
    }

    private void ended(Callback callback, RecordMetadata metadata, Exception failure) {
        int left = underWay.decrementAndGet();
        // A fault of the record itself says nothing about the brokers.
        if (failure == null) {
            health.committed();
        } else if (!(failure instanceof RecordTooLargeException)) {
            var why = failure instanceof NotSentException ? failure.getCause() : failure;
            transientFailure = why instanceof RetriableException;
            health.failed(failure);
        }
        if (left > 0) {
            health.work();
        }
        callback.onCompletion(metadata, failure);
    }

    /** Brokers answer again: records that failed before may succeed now. */
    public void heard() {
        if (transientFailure) {
            health.heard();
        }
        if (underWay.get() == 0) {
            health.idle();
        }
    }

    private void sendAll() {
        while (thread.open() || !queue.isEmpty()) {
            health.turned();
            try {
                var next = queue.poll(200, TimeUnit.MILLISECONDS);
                if (next != null) {
                    send(next);
                }
            } catch (InterruptedException e) {
                LOG.warn("the publisher was interrupted and goes on: only close() ends it");
            }
        }
    }

    private void send(Waiting next) {
        if (System.nanoTime() - next.since() > MAX_WAIT.toNanos()) {
            next.callback()
                    .onCompletion(null, new NotSentException(new TimeoutException("waited too long for the broker")));
            return;
        }
        try {
            producer.send(next.mail(), next.callback());
        } catch (RuntimeException | Error e) {
            // A record that send() refuses outright never reaches the callback: its session would wait for ever.
            next.callback()
                    .onCompletion(
                            null, e instanceof RecordTooLargeException tooLarge ? tooLarge : new NotSentException(e));
        }
    }

    /** Sends what is queued, waits for its acknowledgements and closes the producer. */
    @Override
    public void close() {
        thread.close(Duration.ofSeconds(10));
        producer.close(Duration.ofSeconds(10));
    }
}
