package io.milena.delivery.progress;

import io.milena.topics.Topics;
import io.milena.topics.kafka.GroupMember;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The committed progress of all groups that read mail, of all replicas and services; all use {@link RunLengths}.
 * Immutable.
 */
public final class CommittedProgress implements MailProgress {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    /** One topic of each group. */
    private static final List<String> READ = List.of(
            Topics.ACCEPTED, Topics.OUTBOUND, Topics.deferred(Duration.ofMinutes(1)), Topics.FAILED, Topics.RETURNED);

    private final Map<TopicPartition, TierProgress> committed;

    private CommittedProgress(Map<TopicPartition, TierProgress> committed) {
        this.committed = Map.copyOf(committed);
    }

    /** The progress that is committed now. Blocks. */
    public static CommittedProgress now(Map<String, Object> clientConfig) {
        var groups = READ.stream()
                .collect(Collectors.toMap(
                        topic -> GroupMember.group(Topics.duty(topic)), topic -> new ListConsumerGroupOffsetsSpec()));
        try (var admin = Admin.create(clientConfig)) {
            var options = new ListConsumerGroupOffsetsOptions().timeoutMs((int) LIMIT.toMillis());
            var all = new HashMap<TopicPartition, TierProgress>();
            admin.listConsumerGroupOffsets(groups, options).all().get().values().forEach(of -> add(all, of));
            return new CommittedProgress(all);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static void add(Map<TopicPartition, TierProgress> all, Map<TopicPartition, OffsetAndMetadata> ofGroup) {
        ofGroup.forEach((partition, commit) -> {
            if (commit != null) {
                all.put(partition, TierProgress.from(commit));
            }
        });
    }

    @Override
    public long head(TopicPartition partition) {
        var progress = committed.get(partition);
        return progress == null ? 0 : progress.head();
    }

    @Override
    public boolean isFinished(TopicPartition partition, long offset) {
        var progress = committed.get(partition);
        return progress != null && progress.isFinished(offset);
    }
}
