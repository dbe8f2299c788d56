package io.milena.delivery.outbound;

import io.milena.delivery.progress.Backlog;
import io.milena.delivery.progress.PartitionProgress;
import io.milena.delivery.site.Sites;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.Positions;
import io.milena.topics.kafka.StartingPoints;
import io.milena.topics.kafka.TopicSetup;
import io.milena.topics.kafka.Transactor;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * The partitions of {@code mail.outbound} and {@code mail.waiting} that this replica owns, with the progress in each.
 * Reports them to {@link Sites}, and their positions to {@link Backlog}. Confined to the loop's thread.
 */
public final class OwnedPartitions {
    private static final Logger LOG = Logger.getLogger(OwnedPartitions.class);

    private final KafkaClients clients;
    private final StartingPoints starts;
    private final Sites sites;
    private final Backlog backlog;
    private final Map<TopicPartition, PartitionProgress> owned = new HashMap<>();
    /** Number of partitions of {@code mail.outbound}. */
    private int total = 1;

    public OwnedPartitions(KafkaClients clients, StartingPoints starts, Sites sites, Backlog backlog) {
        this.clients = clients;
        this.starts = starts;
        this.sites = sites;
        this.backlog = backlog;
    }

    /** Null if the partition is not owned. */
    PartitionProgress progress(TopicPartition partition) {
        return owned.get(partition);
    }

    /** Whether this progress still counts: its partition has not been given up since. */
    boolean holds(TopicPartition partition, PartitionProgress progress) {
        return owned.get(partition) == progress;
    }

    List<TopicPartition> all() {
        return List.copyOf(owned.keySet());
    }

    boolean haveUnfinished() {
        return owned.values().stream().anyMatch(progress -> progress.unfinished() > 0);
    }

    /** Partitions in which too many gaps are open. */
    Set<TopicPartition> full() {
        return owned.entrySet().stream()
                .filter(entry -> entry.getValue().metadataIsFull())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Progress that has changed since it was committed. */
    Map<TopicPartition, OffsetAndMetadata> changed() {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        owned.forEach((partition, progress) -> {
            if (progress.changed()) {
                offsets.put(partition, progress.toCommit());
            }
        });
        return offsets;
    }

    /** The progress of any one partition, changed or not; if {@code busy}, of one with unfinished mail. */
    Map<TopicPartition, OffsetAndMetadata> any(boolean busy) {
        return owned.entrySet().stream()
                .filter(entry -> !busy || entry.getValue().unfinished() > 0)
                .findAny()
                .map(entry -> Map.of(entry.getKey(), entry.getValue().toCommit()))
                .orElse(Map.of());
    }

    void committed(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> owned.get(partition).committed());
    }

    void report(KafkaConsumer<byte[], byte[]> consumer) {
        owned.forEach((partition, progress) -> Positions.known(consumer, partition)
                .ifPresent(next -> backlog.report(partition, next, progress.unfinished())));
    }

    /** Takes partitions over with the progress of their last commit. */
    void take(KafkaConsumer<byte[], byte[]> consumer, Transactor transactor, Collection<TopicPartition> partitions) {
        learnProgress(consumer, transactor, partitions);
        learnTotal(consumer);
        tellSites(Set.of());
    }

    private void learnProgress(
            KafkaConsumer<byte[], byte[]> consumer, Transactor transactor, Collection<TopicPartition> partitions) {
        starts.find(consumer, transactor, partitions)
                .forEach((partition, start) -> owned.put(partition, PartitionProgress.from(start)));
    }

    /**
     * Takes partitions whose progress could not be read when they were assigned. Records that were polled meanwhile
     * were ignored, so they are read again.
     */
    void takeForgotten(KafkaConsumer<byte[], byte[]> consumer, Transactor transactor) {
        var forgotten = new HashSet<>(consumer.assignment());
        forgotten.removeAll(owned.keySet());
        if (forgotten.isEmpty()) {
            return;
        }
        learnProgress(consumer, transactor, forgotten);
        learnTotal(consumer);
        tellSites(Set.of());
    }

    /**
     * Learns the number of partitions, which may grow while we run; {@code mail.waiting} must have as many as
     * {@code mail.outbound}.
     */
    private void learnTotal(KafkaConsumer<byte[], byte[]> consumer) {
        total = consumer.partitionsFor(Topics.OUTBOUND).size();
        try {
            if (consumer.partitionsFor(Topics.WAITING).size() < total) {
                TopicSetup.pair(clients.base());
            }
        } catch (KafkaException e) {
            // Meanwhile mail that must wait goes to the partition of its key.
            LOG.warnf("mail.waiting could not be given as many partitions as mail.outbound: %s", e.toString());
        }
    }

    /** Begins no more mail of these partitions and gives up their share of connections. Returns their progress. */
    List<PartitionProgress> revoke(Collection<TopicPartition> partitions) {
        var leaving = partitions.stream()
                .map(owned::get)
                .filter(progress -> progress != null)
                .toList();
        leaving.forEach(PartitionProgress::revoke);
        tellSites(partitions);
        return leaving;
    }

    /** Removes partitions that another replica may own from now on; nothing of them is committed any more. */
    void forget(Collection<TopicPartition> partitions) {
        partitions.stream()
                .map(owned::remove)
                .filter(progress -> progress != null)
                .forEach(PartitionProgress::lose);
        partitions.forEach(backlog::forget);
        tellSites(Set.of());
    }

    /**
     * Tells the sites our share. The partitions of one topic are enough, since {@code PairedAssignor} assigns both
     * topics alike.
     */
    private void tellSites(Collection<TopicPartition> butFor) {
        var outbound = owned.keySet().stream()
                .filter(partition -> partition.topic().equals(Topics.OUTBOUND) && !butFor.contains(partition))
                .map(TopicPartition::partition)
                .collect(Collectors.toSet());
        sites.own(outbound, total);
    }

    /** Whether the connections above our present share have ended. */
    boolean areWithinShare() {
        return sites.areWithinShare();
    }

    /** Marks all partitions as lost, before new clients are made. */
    void lose() {
        owned.values().forEach(PartitionProgress::lose);
    }

    void clear() {
        owned.clear();
    }
}
