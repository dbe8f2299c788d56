package io.milena.delivery.operator.group;

import io.milena.delivery.operator.Started;
import io.milena.topics.Topics;
import io.milena.topics.kafka.GroupMarks;
import io.milena.topics.kafka.GroupMember;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.LogOffsets;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/** The groups that read mail, with their progress in each partition, and their adoption. Thread-safe; blocks. */
@ApplicationScoped
public class GroupDesk {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final Started<KafkaClients> clients = new Started<>();

    /** Call once, when the topics exist. */
    public void start(KafkaClients started) {
        clients.with(started);
    }

    /** All groups that read mail, by name. */
    List<GroupView> groups() {
        var marks = GroupMarks.now(clients.get());
        try (var admin = Admin.create(clients.get().base())) {
            var topics = admin.listTopics().names().get().stream()
                    .filter(Topics::holdsMail)
                    .toList();
            var ofGroups = LogOffsets.partitions(admin, topics).stream()
                    .sorted(Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition))
                    .collect(Collectors.groupingBy(
                            partition -> GroupMember.group(Topics.duty(partition.topic())),
                            TreeMap::new,
                            Collectors.toList()));
            var all = ofGroups.values().stream().flatMap(List::stream).toList();
            var begins = LogOffsets.at(admin, all, OffsetSpec.earliest());
            var ends = LogOffsets.at(admin, all, OffsetSpec.latest());
            var progress = admin.listConsumerGroupOffsets(ofGroups.keySet().stream()
                            .collect(Collectors.toMap(group -> group, group -> new ListConsumerGroupOffsetsSpec())))
                    .all()
                    .get();
            var views = new ArrayList<GroupView>();
            ofGroups.forEach((group, its) -> views.add(new GroupView(
                    group,
                    its.stream()
                            .map(partition -> PartitionView.of(
                                    partition,
                                    begins.get(partition),
                                    ends.get(partition),
                                    progress.get(group).get(partition),
                                    marks.isBegun(group, partition)))
                            .toList())));
            return views;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Has a group whose progress is gone go on there; each member does so when it reads the decision. */
    void adopt(String group, GroupMarks.AdoptAt at, String by, Instant now) {
        try (var producer =
                clients.get().producer(Map.of("client.id", "group-marks", "max.block.ms", LIMIT.toMillis()))) {
            producer.send(GroupMarks.adoption(group, at, by, now)).get();
        } catch (ExecutionException e) {
            throw new KafkaException("the decision was not written", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** A group of consumers with its partitions. */
    record GroupView(String group, List<PartitionView> partitions) {
        boolean isGone() {
            return partitions.stream().anyMatch(partition -> partition.state() == State.GONE);
        }
    }

    /** How far a group is in a partition. */
    enum State {
        /** The group has not read it yet, and begins at its start. */
        NEW,
        READ,
        /** The group had progress and has none any more: it waits until it is adopted. */
        GONE
    }

    /**
     * One partition as its group sees it.
     *
     * @param first offset of the first record that the log has
     * @param end offset behind the last record
     * @param settled records before it are settled; null without progress
     */
    record PartitionView(String topic, int partition, long first, long end, Long settled, State state) {
        static PartitionView of(
                TopicPartition partition, long first, long end, OffsetAndMetadata progress, boolean begun) {
            return new PartitionView(
                    partition.topic(),
                    partition.partition(),
                    first,
                    end,
                    Objects.isNull(progress) ? null : (Long) progress.offset(),
                    progress != null ? State.READ : begun ? State.GONE : State.NEW);
        }
    }
}
