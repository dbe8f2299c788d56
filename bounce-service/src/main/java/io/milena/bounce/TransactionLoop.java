package io.milena.bounce;

import io.micrometer.core.instrument.Counter;
import io.milena.topics.DeadLetter;
import io.milena.topics.KafkaClients;
import io.milena.topics.MalformedRecordException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Consume, transform, produce: what a poll gives, whatever comes of it and the offsets are one Kafka transaction, fenced by the group's
 * generation. Anything that goes wrong with Kafka ends in new clients, which begin at the last commit: there is no second way to
 * recover. One platform thread of its own.
 */
final class TransactionLoop implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TransactionLoop.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final long PAUSE_SECONDS = 1;
    private static final long GRACE_SECONDS = 15;

    private final String topic;
    private final String group;
    private final String transactionalId;
    private final KafkaClients clients;
    private final RecordHandler handler;
    private final Counter deadLetters;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean connected;

    TransactionLoop(
            String topic,
            String group,
            String transactionalId,
            KafkaClients clients,
            RecordHandler handler,
            Counter deadLetters) {
        this.topic = topic;
        this.group = group;
        this.transactionalId = transactionalId;
        this.clients = clients;
        this.handler = handler;
        this.deadLetters = deadLetters;
        this.thread = Thread.ofPlatform().name("bounce-" + topic).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    String topic() {
        return topic;
    }

    /** Whether the last turn went through. */
    boolean connected() {
        return connected && thread.isAlive();
    }

    boolean alive() {
        return thread.isAlive();
    }

    private void run() {
        while (open()) {
            try {
                turnsUntilFailure();
            } catch (WakeupException | InterruptException e) {
                // Only close() does either; the loop's condition ends it.
                connected = false;
            } catch (RuntimeException e) {
                connected = false;
                LOG.warnf("%s: begins again with new clients after %s", topic, e.toString());
                pause();
            }
        }
        connected = false;
    }

    private void turnsUntilFailure() {
        var producer = newProducer();
        try {
            producer.initTransactions();
            try (var fresh = newConsumer()) {
                consumer = fresh;
                fresh.subscribe(List.of(topic));
                while (open()) {
                    turn(fresh, producer);
                    connected = true;
                }
            }
        } finally {
            // A transaction left open here is aborted by the next initTransactions with the same id.
            producer.close(CLOSE);
        }
    }

    private void turn(KafkaConsumer<byte[], byte[]> source, KafkaProducer<byte[], byte[]> producer) {
        var batch = source.poll(POLL);
        if (batch.isEmpty()) {
            return;
        }
        var handled = new ArrayList<Handled>();
        producer.beginTransaction();
        for (var record : batch) {
            var one = handle(record);
            one.records().forEach(producer::send);
            handled.add(one);
        }
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        batch.forEach(record -> next.put(
                new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1)));
        producer.sendOffsetsToTransaction(next, source.groupMetadata());
        // Waits for every send and throws what went wrong with any.
        producer.commitTransaction();
        handled.forEach(Handled::count);
    }

    private Handled handle(ConsumerRecord<byte[], byte[]> record) {
        try {
            return handler.handle(record);
        } catch (KafkaException e) {
            // No fault of the record's.
            throw e;
        } catch (MalformedRecordException e) {
            LOG.errorf(
                    "%s-%d@%d goes to the dead letters: %s",
                    topic, record.partition(), record.offset(), e.getMessage());
            return new Handled(List.of(DeadLetter.of(record, e)), deadLetters);
        } catch (RuntimeException | StackOverflowError e) {
            LOG.errorf(e, "%s-%d@%d goes to the dead letters", topic, record.partition(), record.offset());
            return new Handled(List.of(DeadLetter.of(record, e)), deadLetters);
        }
    }

    private KafkaProducer<byte[], byte[]> newProducer() {
        return clients.producer(Map.of(
                "client.id", transactionalId,
                "transactional.id", transactionalId,
                // What a process that was killed left open holds up readers of the topics only this long.
                "transaction.timeout.ms", 15_000,
                "delivery.timeout.ms", 12_000,
                "request.timeout.ms", 10_000,
                "max.block.ms", 10_000));
    }

    private KafkaConsumer<byte[], byte[]> newConsumer() {
        return clients.consumer(Map.of(
                "client.id",
                transactionalId,
                "group.id",
                group,
                // A process that was killed holds its partitions for so long; the default is 45 seconds.
                "session.timeout.ms",
                6_000,
                "heartbeat.interval.ms",
                1_500,
                // A batch has to fit a transaction that lasts moments, and the producer's memory.
                "max.poll.records",
                50,
                "fetch.max.bytes",
                16 * 1024 * 1024));
    }

    private boolean open() {
        return closing.getCount() > 0;
    }

    private void pause() {
        try {
            closing.await(PAUSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            // Only close() interrupts; the loop's condition ends it.
            Thread.interrupted();
        }
    }

    /** Ends after the transaction under way; one that does not end in time is left to be aborted. */
    @Override
    public void close() {
        closing.countDown();
        var current = consumer;
        if (current != null) {
            current.wakeup();
        }
        try {
            if (thread.isAlive() && !thread.join(Duration.ofSeconds(GRACE_SECONDS))) {
                thread.interrupt();
                thread.join(CLOSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
