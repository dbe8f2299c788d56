package io.milena.delivery.tlsreport;

import io.micrometer.core.instrument.MeterRegistry;
import io.milena.topics.Json;
import io.milena.topics.Topics;
import io.milena.topics.kafka.DutyThread;
import io.milena.topics.kafka.GroupMember;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.LoopHealth;
import io.milena.topics.kafka.Positions;
import io.milena.topics.kafka.ServiceHealth;
import io.milena.topics.kafka.StartingPoints;
import io.milena.topics.kafka.Transactor;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Counts {@link Topics#TLS_SESSIONS} by domain and day on a platform thread of its own, and writes the reports of a day
 * after its end (RFC 8460). An offset is committed only in the transaction that writes the reports of the records
 * before it: after a crash the day is counted again, and reported once.
 */
public final class ReportLoop implements ConsumerRebalanceListener, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ReportLoop.class);
    private static final String DUTY = "tls-reports";
    private static final Duration IDLE_POLL = Duration.ofMillis(500);
    /** Most characters for the counts of all partitions: some tens of thousands of domains. */
    private static final long ROOM = 32L * 1024 * 1024;

    private final KafkaClients clients;
    private final GroupMember member;
    private final ReportWriter reports;
    private final MeterRegistry meters;
    private final Clock clock;
    private final LoopHealth health;
    private final DutyThread thread;
    private final Map<TopicPartition, PartitionDays> partitions = new HashMap<>();
    /** End offsets of partitions with a due day, taken when the day became due. */
    private final Map<TopicPartition, Long> ends = new HashMap<>();

    private Room room = new Room(ROOM);
    private final StartingPoints starts;
    private Transactor transactor;
    private volatile KafkaConsumer<byte[], byte[]> consumer;

    public ReportLoop(
            KafkaClients clients,
            GroupMember member,
            ServiceHealth service,
            Submitter submitter,
            MeterRegistry meters,
            Clock clock) {
        this.clients = clients;
        this.member = member;
        this.reports = new ReportWriter(submitter, clock);
        this.meters = meters;
        this.clock = clock;
        this.health = service.loop(DUTY);
        this.starts = new StartingPoints(clients, health, GroupMember.group(DUTY), OffsetAndMetadata::offset, clock);
        this.thread = new DutyThread(health, this::turnsUntilFailure, this::wakeUp);
    }

    public void start() {
        thread.start();
    }

    public boolean alive() {
        return thread.alive();
    }

    private void turnsUntilFailure() {
        partitions.clear();
        ends.clear();
        room = new Room(ROOM);
        try (var newTransactor = new Transactor(clients, member.transactionalId(DUTY), health);
                var fresh = clients.consumer(member.consumer(GroupMember.group(DUTY), Map.of()))) {
            consumer = fresh;
            transactor = newTransactor;
            fresh.subscribe(List.of(Topics.TLS_SESSIONS), member.listening(fresh, this));
            boolean more = false;
            while (thread.open()) {
                health.turned();
                fresh.poll(more ? Duration.ZERO : IDLE_POLL).forEach(this::count);
                more = report();
                if (!more) {
                    health.nothingRead(fresh);
                }
            }
        }
    }

    private void count(ConsumerRecord<byte[], byte[]> record) {
        var days = partitions.get(new TopicPartition(record.topic(), record.partition()));
        try {
            var session = Json.read(record.value() == null ? new byte[0] : record.value(), TlsSession.class);
            boolean added = days.add(record.offset(), session, clock.instant());
            meters.counter("milena.delivery.tls.sessions", "result", added ? "counted" : "left-out")
                    .increment();
        } catch (RuntimeException e) {
            // Not a session, or one that triggers a bug: the others are reported.
            days.skip(record.offset());
            LOG.warnf(
                    "%s-%d@%d is in no report: %s", record.topic(), record.partition(), record.offset(), e.toString());
        }
    }

    /** Writes some reports of each partition whose oldest day is due; returns whether there are more. */
    private boolean report() {
        boolean more = false;
        for (var partition : Map.copyOf(partitions).entrySet()) {
            var days = partition.getValue();
            var due = days.oldest()
                    .filter(day -> reports.due(day, partition.getKey().partition(), clock.instant()));
            if (due.isPresent()) {
                health.work();
            }
            if (due.isPresent() && isReadToTheEnd(partition.getKey())) {
                if (!commit(partition.getKey(), days)) {
                    // The next poll takes part in a rebalance under way: until then the group takes no commit.
                    transactor.requireMembership();
                    thread.pause();
                }
                more |= days.oldest().isPresent();
            }
        }
        return more;
    }

    /** A day is reported when all records that existed when it became due are read, even after a long downtime. */
    private boolean isReadToTheEnd(TopicPartition partition) {
        long end = ends.computeIfAbsent(
                partition, due -> consumer.endOffsets(List.of(due)).get(due));
        return Positions.known(consumer, partition).orElse(0) >= end;
    }

    /** Whether the next reports of the oldest day are written; if not, they are the next ones again. */
    private boolean commit(TopicPartition partition, PartitionDays days) {
        var batch = days.batch(ReportWriter::isRoomForMore);
        var records = reports.of(batch, partition.partition());
        var commit = batch.commit();
        var progress = new OffsetAndMetadata(commit.offset(), commit.progress().metadata());
        // A commit whose answer was lost may have happened: the group's progress decides.
        if (!transactor.commit(records, Map.of(partition, progress), consumer.groupMetadata())
                && !progress.equals(consumer.committed(Set.of(partition)).get(partition))) {
            return false;
        }
        days.committed(batch);
        if (batch.isLast()) {
            ends.remove(partition);
        }
        meters.counter("milena.delivery.tls.reports").increment(batch.domains().size());
        LOG.infof(
                "TLS reports of %s: %d domains of partition %d, %d mails and posts",
                batch.day(), batch.domains().size(), partition.partition(), records.size());
        return true;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
        starts.find(consumer, transactor, assigned).forEach((partition, start) -> {
            var progress = ReportProgress.from(start.progress().metadata());
            partitions.put(partition, new PartitionDays(room, progress, start.first()));
        });
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
        for (var partition : revoked) {
            ends.remove(partition);
            var days = partitions.remove(partition);
            if (days != null) {
                days.forget();
            }
        }
    }

    private void wakeUp() {
        var current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }

    /** Asks the loop to end after the transaction under way. */
    public void stop() {
        thread.stop();
    }

    /** Stops and waits; a transaction that does not end in time is aborted later. */
    @Override
    public void close() {
        thread.close();
    }
}
