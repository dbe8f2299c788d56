package io.milena.delivery.outbound;

import io.milena.delivery.progress.Backlog;
import io.milena.delivery.progress.PartitionProgress;
import io.milena.delivery.site.Sites;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.TopicSetup;
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
 * The partitions of {@code mail.outbound} and {@code mail.waiting} that this replica has now, with the progress in each;
 * tells {@link Sites} which they are, and {@link Backlog} how far they are. Confined to the loop's thread.
 */
public final class OwnedPartitions {
    private static final Logger LOG = Logger.getLogger(OwnedPartitions.class);

    private final KafkaClients clients;
    private final Sites sites;
    private final Backlog backlog;
    private final Map<TopicPartition, PartitionProgress> owned = new HashMap<>();
    /** How many partitions {@code mail.outbound} has. */
    private int total = 1;

    public OwnedPartitions(KafkaClients clients, Sites sites, Backlog backlog) {
        this.clients = clients;
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

    /** The progress of one partition, changed or not: one of those with unfinished mail, if {@code busy}. */
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
        owned.forEach((partition, progress) ->
                backlog.report(partition, consumer.position(partition), progress.unfinished()));
    }

    /** Learns from the last commit what is settled already. */
    void take(KafkaConsumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
        var committed = consumer.committed(Set.copyOf(partitions));
        var ends = consumer.endOffsets(partitions);
        for (var partition : partitions) {
            var progress = committed.get(partition);
            owned.put(
                    partition,
                    progress == null
                            ? PartitionProgress.fromStart()
                            : PartitionProgress.from(progress, ends.get(partition)));
        }
        learnTotal(consumer);
        tellSites(Set.of());
    }

    /**
     * Takes partitions whose progress could not be learnt when they were assigned: what was read of them meanwhile was left
     * alone, so it is read again.
     */
    void takeForgotten(KafkaConsumer<byte[], byte[]> consumer) {
        var forgotten = new HashSet<>(consumer.assignment());
        forgotten.removeAll(owned.keySet());
        if (forgotten.isEmpty()) {
            return;
        }
        take(consumer, forgotten);
        for (var partition : forgotten) {
            consumer.seek(partition, owned.get(partition).lowest());
        }
    }

    /** Partitions may have been added while we run: each of mail.outbound has one of mail.waiting beside it. */
    private void learnTotal(KafkaConsumer<byte[], byte[]> consumer) {
        total = consumer.partitionsFor(Topics.OUTBOUND).size();
        try {
            if (consumer.partitionsFor(Topics.WAITING).size() < total) {
                TopicSetup.pair(clients.base());
            }
        } catch (KafkaException e) {
            // Mail that has to wait goes where its key leads meanwhile.
            LOG.warnf("mail.waiting could not be given as many partitions as mail.outbound: %s", e.toString());
        }
    }

    /** Nothing new of these begins, and their share of connections is given up. Returns their progress. */
    List<PartitionProgress> revoke(Collection<TopicPartition> partitions) {
        var leaving = partitions.stream()
                .map(owned::get)
                .filter(progress -> progress != null)
                .toList();
        leaving.forEach(PartitionProgress::revoke);
        tellSites(partitions);
        return leaving;
    }

    /** Another owner may have these from now on: nothing of ours is committed any more. */
    void forget(Collection<TopicPartition> partitions) {
        partitions.stream()
                .map(owned::remove)
                .filter(progress -> progress != null)
                .forEach(PartitionProgress::lose);
        partitions.forEach(backlog::forget);
        tellSites(Set.of());
    }

    /** PairedAssignor assigns both topics alike, so that one of them says how much of all is ours. */
    private void tellSites(Collection<TopicPartition> butFor) {
        var outbound = owned.keySet().stream()
                .filter(partition -> partition.topic().equals(Topics.OUTBOUND) && !butFor.contains(partition))
                .map(TopicPartition::partition)
                .collect(Collectors.toSet());
        sites.own(outbound, total);
    }

    /** Whether connections beyond what is our share now have ended. */
    boolean areWithinShare() {
        return sites.areWithinShare();
    }

    /** Everything is given up at once: the clients are to be made anew. */
    void lose() {
        owned.values().forEach(PartitionProgress::lose);
    }

    void clear() {
        owned.clear();
    }
}
