package io.milena.delivery;

import io.milena.topics.Topics;
import io.milena.topics.kafka.GroupMember;
import io.milena.topics.kafka.KafkaClients;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Clients of a real broker with faults that a test asks for: records that the broker refuses, polls that throw, and the
 * end of the process. Thread-safe.
 */
final class FaultyClients extends KafkaClients {
    private static final String OUTBOUND = GroupMember.group(Topics.duty(Topics.OUTBOUND));

    private final CountDownLatch killed = new CountDownLatch(1);
    private final CountDownLatch dead = new CountDownLatch(1);
    private final CountDownLatch buried = new CountDownLatch(1);
    private final AtomicReference<Supplier<? extends Throwable>> failure = new AtomicReference<>();
    private final Map<String, Object> ofProducers;
    private final AtomicBoolean rebalancing = new AtomicBoolean();
    private volatile boolean leaving;
    private volatile Predicate<ProducerRecord<byte[], byte[]>> refused = record -> false;

    FaultyClients(Map<String, Object> base) {
        this(base, Map.of());
    }

    /** {@code ofProducers}: settings of producers that go before those of the loops. */
    FaultyClients(Map<String, Object> base, Map<String, Object> ofProducers) {
        super(base, Duration.ofDays(1));
        this.ofProducers = ofProducers;
    }

    /** The broker refuses such records from now on. */
    void refuse(Predicate<ProducerRecord<byte[], byte[]>> records) {
        refused = records;
    }

    /**
     * From now on the group refuses commits, as it does while a rebalance waits for this member: until the first poll
     * of {@code mail.outbound} after the replica is told to {@link #leave}.
     */
    void rebalanceUntilItLeaves() {
        rebalancing.set(true);
    }

    /** The replica is told to end. */
    void leave() {
        leaving = true;
    }

    /**
     * The next poll of {@code mail.outbound} throws this after it has fetched records, which are lost to the caller.
     */
    void failNextPoll(Supplier<? extends Throwable> why) {
        failure.set(why);
    }

    /** The process dies without a word: its consumer of {@code mail.outbound} stops where it is. */
    void standStill() throws InterruptedException {
        killed.countDown();
        dead.await(10, TimeUnit.SECONDS);
    }

    /** The test is over. */
    void bury() {
        buried.countDown();
    }

    @Override
    public KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        var config = new HashMap<>(more);
        config.putAll(ofProducers);
        return new KafkaProducer<>(producerConfig(config), new ByteArraySerializer(), new ByteArraySerializer()) {
            @Override
            public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
                // A compacted topic takes no record without a key, so the broker itself refuses this one.
                return super.send(
                        refused.test(record) ? new ProducerRecord<>(Topics.ORDERS, null, record.value()) : record,
                        callback);
            }

            @Override
            public void sendOffsetsToTransaction(
                    Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
                if (rebalancing.get() && group.groupId().equals(OUTBOUND)) {
                    throw new CommitFailedException("a rebalance waits for this member, as the test wants it");
                }
                super.sendOffsetsToTransaction(offsets, group);
            }
        };
    }

    @Override
    public KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> more) {
        boolean outbound = OUTBOUND.equals(more.get("group.id"));
        return new KafkaConsumer<>(consumerConfig(more), new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
            @Override
            public ConsumerRecords<byte[], byte[]> poll(Duration limit) {
                boolean last = leaving;
                var records = super.poll(limit);
                if (outbound && last) {
                    rebalancing.set(false);
                }
                if (outbound && killed.getCount() == 0) {
                    dead.countDown();
                    awaitBurial();
                }
                if (outbound && !records.isEmpty()) {
                    Optional.ofNullable(failure.getAndSet(null)).ifPresent(why -> FaultyClients.sneak(why.get()));
                }
                return records;
            }
        };
    }

    private void awaitBurial() {
        try {
            buried.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new InterruptException("the replica was killed, as the test wants it");
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> void sneak(Throwable why) throws T {
        throw (T) why;
    }
}
