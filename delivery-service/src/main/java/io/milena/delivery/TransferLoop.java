package io.milena.delivery;

import io.milena.topics.DeadLetter;
import io.milena.topics.KafkaClients;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Moves records from topic to topic, a batch and its progress in one transaction, on a thread of its own. A record that is not due yet holds
 * its partition until it is: within a delay topic every record waits equally long, so nothing behind it is due before.
 */
final class TransferLoop implements Runnable, ConsumerRebalanceListener {
    private static final Logger LOG = Logger.getLogger(TransferLoop.class);
    private static final Duration IDLE_POLL = Duration.ofMillis(500);
    private static final Duration FAILURE_PAUSE = Duration.ofMillis(500);

    private final String duty;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Transactor transactor;
    private final Function<ConsumerRecord<byte[], byte[]>, Step> step;
    private final DeliveryLog log;
    private final Backlog backlog;
    private final Clock clock;
    private final Map<TopicPartition, Instant> held = new HashMap<>();
    private volatile boolean closing;

    /** What is to be done with one record. */
    sealed interface Step permits Move, Hold {}

    /** Write these instead of it. */
    record Move(List<ProducerRecord<byte[], byte[]>> records) implements Step {}

    /** Leave it and all behind it in the partition until then. */
    record Hold(Instant until) implements Step {}

    TransferLoop(
            KafkaClients clients,
            GroupMember member,
            String duty,
            BiConsumer<KafkaConsumer<byte[], byte[]>, ConsumerRebalanceListener> subscribe,
            Function<ConsumerRecord<byte[], byte[]>, Step> step,
            DeliveryLog log,
            Backlog backlog,
            Clock clock) {
        this.duty = duty;
        this.consumer = clients.consumer(member.consumer(
                "milena-" + duty, Map.of("max.poll.records", 200, "max.partition.fetch.bytes", 4 * 1024 * 1024)));
        this.transactor = new Transactor(clients, member.transactionalId(duty));
        this.step = step;
        this.log = log;
        this.backlog = backlog;
        this.clock = clock;
        subscribe.accept(consumer, this);
    }

    @Override
    public void run() {
        while (!closing) {
            try {
                transfer(consumer.poll(untilNextDue()));
                release();
                consumer.assignment().forEach(partition -> backlog.report(partition, consumer.position(partition), 0));
            } catch (WakeupException e) {
                // stop() was called; the loop's condition ends it.
            } catch (KafkaException e) {
                LOG.warnf("%s goes on after: %s", duty, e.toString());
                sleep();
            }
        }
        transactor.close();
        consumer.close();
    }

    private Duration untilNextDue() {
        var now = clock.instant();
        return held.values().stream()
                .map(until -> Duration.between(now, until))
                .filter(wait -> wait.compareTo(IDLE_POLL) < 0)
                .min(Duration::compareTo)
                .map(wait -> wait.isNegative() ? Duration.ZERO : wait.plusMillis(1))
                .orElse(IDLE_POLL);
    }

    private void transfer(ConsumerRecords<byte[], byte[]> batch) {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        var progress = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (var partition : batch.partitions()) {
            for (var record : batch.records(partition)) {
                var next = stepFor(record);
                if (next instanceof Hold(var until)) {
                    hold(partition, record.offset(), until);
                    break;
                }
                records.addAll(((Move) next).records());
                progress.put(partition, new OffsetAndMetadata(record.offset() + 1));
            }
        }
        if (!progress.isEmpty() && !transactor.commit(records, progress, consumer.groupMetadata())) {
            again(batch);
        }
    }

    /** A record that is no mail, or that meets a bug, is put aside, and the partition goes on. */
    private Step stepFor(ConsumerRecord<byte[], byte[]> record) {
        try {
            return step.apply(record);
        } catch (RuntimeException e) {
            log.deadLetter(record, e);
            return new Move(List.of(DeadLetter.of(record, e)));
        }
    }

    private void hold(TopicPartition partition, long offset, Instant until) {
        held.put(partition, until);
        consumer.seek(partition, offset);
        consumer.pause(List.of(partition));
    }

    private void release() {
        var now = clock.instant();
        held.entrySet().removeIf(entry -> {
            if (entry.getValue().isAfter(now)) {
                return false;
            }
            consumer.resume(List.of(entry.getKey()));
            return true;
        });
    }

    /** Nothing of the batch was committed: it is read again, by whoever owns it then. */
    private void again(ConsumerRecords<byte[], byte[]> batch) {
        sleep();
        for (var partition : batch.partitions()) {
            if (consumer.assignment().contains(partition)) {
                consumer.seek(partition, batch.records(partition).getFirst().offset());
            }
        }
    }

    private static void sleep() {
        try {
            TimeUnit.MILLISECONDS.sleep(FAILURE_PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        partitions.forEach(held::remove);
        partitions.forEach(backlog::forget);
    }

    String duty() {
        return duty;
    }

    void stop() {
        closing = true;
        consumer.wakeup();
    }
}
