package io.milena.topics.kafka;

import io.milena.topics.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * The start-up step that every listener and consumer waits for: creates missing topics and returns when each partition
 * has a leader. Otherwise an idempotent producer that writes to a new topic can stall (KAFKA-15591). Blocks.
 */
public final class TopicSetup {
    private static final String FOR_EVER = "-1";
    private static final int SEGMENT = 128 * 1024 * 1024;

    private TopicSetup() {}

    /**
     * Creates missing topics, and repairs settings with which mail would be lost; throws {@link IllegalStateException} if
     * the brokers are not ready within the limit, or if such a setting may not be changed.
     */
    public static void ensure(Map<String, Object> clientConfig, TopicSettings settings, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        try (var admin = Admin.create(clientConfig)) {
            var wanted = topics(settings);
            Exception last = null;
            while (System.nanoTime() < end) {
                try {
                    create(admin, wanted);
                    pair(admin);
                    awaitLeaders(admin, wanted);
                    TopicRepair.repair(admin, configs(wanted));
                    if (settings.flushEachAppend()) {
                        TopicRepair.forceProgress(admin);
                    }
                    return;
                } catch (ExecutionException e) {
                    last = e;
                    Thread.sleep(100);
                }
            }
            throw new IllegalStateException("topics are not ready after " + limit, last);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while topics were created", e);
        }
    }

    private static void create(Admin admin, List<NewTopic> wanted) throws ExecutionException, InterruptedException {
        var there = admin.listTopics().names().get();
        var missing =
                wanted.stream().filter(topic -> !there.contains(topic.name())).toList();
        for (var made : admin.createTopics(missing).values().values()) {
            try {
                made.get();
            } catch (ExecutionException e) {
                // Another replica starts at the same time.
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
    }

    /**
     * Adds partitions to mail.waiting until it has as many as mail.outbound, to which partitions may have been added
     * since the start; throws {@link KafkaException} if that is not allowed.
     */
    public static void pair(Map<String, Object> clientConfig) {
        try (var admin = Admin.create(clientConfig)) {
            pair(admin);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InvalidPartitionsException) {
                // Another replica has done it at the same time.
                return;
            }
            throw new KafkaException(Topics.WAITING + " needs as many partitions as " + Topics.OUTBOUND, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    /**
     * Adds partitions to mail.waiting until it has as many as mail.outbound, which may have been created with more than
     * our setting.
     */
    private static void pair(Admin admin) throws ExecutionException, InterruptedException {
        var topics = admin.describeTopics(List.of(Topics.OUTBOUND, Topics.WAITING))
                .allTopicNames()
                .get();
        int outbound = topics.get(Topics.OUTBOUND).partitions().size();
        if (topics.get(Topics.WAITING).partitions().size() < outbound) {
            admin.createPartitions(Map.of(Topics.WAITING, NewPartitions.increaseTo(outbound)))
                    .all()
                    .get();
        }
    }

    private static void awaitLeaders(Admin admin, List<NewTopic> wanted)
            throws ExecutionException, InterruptedException {
        var names = wanted.stream().map(NewTopic::name).toList();
        LogOffsets.at(admin, LogOffsets.partitions(admin, names), OffsetSpec.latest());
    }

    private static Map<String, Map<String, String>> configs(List<NewTopic> topics) {
        return topics.stream().collect(Collectors.toMap(NewTopic::name, NewTopic::configs));
    }

    private static List<NewTopic> topics(TopicSettings settings) {
        var topics = new ArrayList<NewTopic>();
        // Mail leaves by deletion behind its group's progress, and bodies when no mail refers to them: never by time.
        for (var name : List.of(Topics.ACCEPTED, Topics.OUTBOUND, Topics.WAITING, Topics.FAILED, Topics.RETURNED)) {
            topics.add(mail(name, settings, FOR_EVER));
        }
        // Bodies are deleted by their age on the brokers' clock: a host of ingest with a wrong one must not date them.
        topics.add(mail(Topics.BODIES, settings, FOR_EVER, Map.of("message.timestamp.type", "LogAppendTime")));
        var delays = new TreeSet<>(settings.delays());
        delays.add(Topics.HOLD);
        for (var delay : delays) {
            topics.add(mail(Topics.deferred(delay), settings, FOR_EVER));
        }
        topics.add(mail(Topics.DEAD_LETTERS, settings, millis(Duration.ofDays(30))));
        topics.add(mail(Topics.OUTCOMES, settings, millis(Duration.ofDays(30))));
        topics.add(new NewTopic(Topics.QUEUE_STATES, 1, settings.replication())
                .configs(Map.of(
                        "retention.ms", millis(Duration.ofMinutes(10)),
                        "segment.ms", millis(Duration.ofMinutes(5)))));
        // A report is retried for a day and needs no forced write: it was promised to nobody.
        for (var name : List.of(Topics.TLS_SESSIONS, Topics.TLS_REPORTS)) {
            topics.add(new NewTopic(name, settings.partitions(), settings.replication())
                    .configs(Map.of("retention.ms", millis(Duration.ofDays(3)))));
        }
        // One partition: a replica reads it to its end before it closes a letter. A mark is kept longer than its
        // letter, whose last segment stays beyond its retention.
        topics.add(new NewTopic(Topics.DEALT_WITH, 1, settings.replication())
                .configs(withDurability(
                        settings,
                        Map.of("cleanup.policy", "compact,delete", "retention.ms", millis(Duration.ofDays(90))))));
        for (var name : List.of(
                Topics.ACCOUNTS,
                Topics.CREDENTIALS,
                Topics.DOMAINS,
                Topics.SUPPRESSIONS,
                Topics.STS_POLICIES,
                Topics.ORDERS,
                Topics.FLUSHES,
                Topics.GROUPS)) {
            // One partition: a reader sees the changes in the order in which they were made.
            topics.add(new NewTopic(name, 1, settings.replication())
                    .configs(withDurability(settings, Map.of("cleanup.policy", "compact"))));
        }
        // Replaced keys leave the log soon: one may have been stored in clear, or encrypted with a key that has leaked.
        topics.add(new NewTopic(Topics.SIGNING_KEYS, 1, settings.replication())
                .configs(withDurability(
                        settings,
                        Map.of("cleanup.policy", "compact", "max.compaction.lag.ms", millis(Duration.ofHours(1))))));
        return topics;
    }

    private static NewTopic mail(String name, TopicSettings settings, String retention) {
        return mail(name, settings, retention, Map.of());
    }

    private static NewTopic mail(String name, TopicSettings settings, String retention, Map<String, String> more) {
        var configs = new HashMap<>(more);
        configs.put("retention.ms", retention);
        configs.put("retention.bytes", "-1");
        configs.put("cleanup.policy", "delete");
        // Brokers free whole segments only.
        configs.put("segment.bytes", Integer.toString(SEGMENT));
        return new NewTopic(name, settings.partitions(), settings.replication())
                .configs(withDurability(settings, configs));
    }

    private static Map<String, String> withDurability(TopicSettings settings, Map<String, String> more) {
        var configs = new HashMap<>(more);
        configs.put("unclean.leader.election.enable", "false");
        if (settings.flushEachAppend()) {
            configs.put("flush.messages", "1");
        }
        // With several replicas an acknowledged record is on two disks.
        configs.put("min.insync.replicas", settings.replication() >= 2 ? "2" : "1");
        return configs;
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
