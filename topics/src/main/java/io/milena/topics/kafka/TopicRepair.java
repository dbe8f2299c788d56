package io.milena.topics.kafka;

import io.milena.topics.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.jboss.logging.Logger;

/**
 * Compares the settings of existing topics with those that we would create them with, and repairs each that is worse: an
 * older version may have made the topic, an operator, or a cluster with defaults of its own. Blocks.
 */
final class TopicRepair {
    private static final Logger LOG = Logger.getLogger(TopicRepair.class);
    /** With a wrong value of these, brokers delete mail that nobody has delivered. */
    private static final Set<String> EATS_MAIL = Set.of("retention.ms", "retention.bytes", "cleanup.policy");

    private static final List<String> PROGRESS = List.of("__consumer_offsets", "__transaction_state");

    private TopicRepair() {}

    private record Fault(String topic, String key, String is, String wanted) {
        @Override
        public String toString() {
            return "%s of %s is %s (expected: %s)".formatted(key, topic, is, wanted);
        }

        boolean eatsMail() {
            return EATS_MAIL.contains(key) && (Topics.holdsMail(topic) || topic.equals(Topics.BODIES));
        }
    }

    /**
     * Repairs these topics, by name.
     *
     * @throws IllegalStateException if brokers would delete mail and we have no right to change that
     */
    static void repair(Admin admin, Map<String, Map<String, String>> wanted)
            throws ExecutionException, InterruptedException {
        var replicas = admin.describeTopics(wanted.keySet()).allTopicNames().get().values().stream()
                .collect(Collectors.toMap(
                        topic -> topic.name(),
                        topic -> topic.partitions().stream()
                                .mapToInt(partition -> partition.replicas().size())
                                .min()
                                .orElse(1)));
        Map<String, Config> present;
        try {
            present = configs(admin, wanted.keySet());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof AuthorizationException)) {
                throw e;
            }
            LOG.warnf(
                    "the settings of topics cannot be checked, which takes the right to describe them: %s",
                    e.getCause());
            return;
        }
        var faults = new ArrayList<Fault>();
        wanted.forEach((topic, settings) -> settings.forEach((key, value) -> {
            var is = present.get(topic).get(key).value();
            var best = key.equals("min.insync.replicas") ? atMost(replicas.get(topic), value) : value;
            if (!isAsGood(key, is, best, replicas.get(topic))) {
                faults.add(new Fault(topic, key, is, best));
            }
        }));
        set(admin, faults);
    }

    /**
     * On one broker the groups' progress must be forced to disk like the mail: otherwise a power cut takes it back by half
     * a minute, and mail is sent again.
     */
    static void forceProgress(Admin admin) throws ExecutionException, InterruptedException {
        var there = admin.listTopics(new ListTopicsOptions().listInternal(true))
                .names()
                .get();
        if (!there.containsAll(PROGRESS)) {
            // Brokers make these topics, with their own settings, for the first question about any group.
            ask(admin.describeConsumerGroups(List.of(GroupMember.group("none"))).all());
            ask(admin.describeTransactions(List.of("milena-none")).all());
            throw new ExecutionException(new IllegalStateException(PROGRESS + " are being made"));
        }
        var present = configs(admin, PROGRESS);
        set(
                admin,
                PROGRESS.stream()
                        .map(topic -> new Fault(
                                topic,
                                "flush.messages",
                                present.get(topic).get("flush.messages").value(),
                                "1"))
                        .filter(fault -> !fault.is().equals("1"))
                        .toList());
    }

    private static void ask(KafkaFuture<?> question) throws InterruptedException {
        try {
            question.get();
        } catch (ExecutionException e) {
            LOG.debugf("nobody has asked before: %s", e.getCause());
        }
    }

    private static Map<String, Config> configs(Admin admin, Collection<String> topics)
            throws ExecutionException, InterruptedException {
        var resources = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        var configs = new HashMap<String, Config>();
        admin.describeConfigs(resources)
                .all()
                .get()
                .forEach((resource, config) -> configs.put(resource.name(), config));
        return configs;
    }

    private static String atMost(int replicas, String wanted) {
        return Integer.toString(Math.min(replicas, Integer.parseInt(wanted)));
    }

    /** Whether a setting keeps the promise as well as the one that we would make; larger numbers may keep it too. */
    private static boolean isAsGood(String key, String is, String wanted, int replicas) {
        if (is == null) {
            return false;
        }
        return switch (key) {
            case "retention.ms" -> is.equals("-1") || !wanted.equals("-1") && number(is) >= number(wanted);
            case "min.insync.replicas" -> number(is) >= number(wanted) && number(is) <= replicas;
            case "flush.messages", "segment.bytes", "segment.ms", "max.compaction.lag.ms" ->
                number(is) <= number(wanted);
            case "cleanup.policy" -> Set.of(is.split(",")).equals(Set.of(wanted.split(",")));
            default -> is.equals(wanted);
        };
    }

    private static long number(String setting) {
        return Long.parseLong(setting);
    }

    private static void set(Admin admin, List<Fault> faults) throws ExecutionException, InterruptedException {
        var changes = new HashMap<ConfigResource, Collection<AlterConfigOp>>();
        for (var fault : faults) {
            changes.computeIfAbsent(
                            new ConfigResource(ConfigResource.Type.TOPIC, fault.topic()), any -> new ArrayList<>())
                    .add(new AlterConfigOp(new ConfigEntry(fault.key(), fault.wanted()), AlterConfigOp.OpType.SET));
        }
        if (changes.isEmpty()) {
            return;
        }
        try {
            admin.incrementalAlterConfigs(changes).all().get();
            faults.forEach(fault -> LOG.infof("%s; repaired", fault));
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof AuthorizationException || e.getCause() instanceof PolicyViolationException)) {
                throw e;
            }
            var eaters = faults.stream().filter(Fault::eatsMail).toList();
            if (!eaters.isEmpty()) {
                throw new IllegalStateException(
                        "brokers would delete mail that was not delivered, and we may not change" + " that; set: "
                                + eaters,
                        e.getCause());
            }
            LOG.warnf("these settings weaken the promise, and we may not change them; set: %s", faults);
        }
    }
}
