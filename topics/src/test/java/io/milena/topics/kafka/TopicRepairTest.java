package io.milena.topics.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.embedded.EmbeddedKafka;
import io.milena.testing.FreePorts;
import io.milena.topics.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics that somebody else has made, with settings that lose mail. */
class TopicRepairTest {
    private static final TopicSettings SETTINGS = new TopicSettings(1, (short) 1, true, List.of(Duration.ofMinutes(1)));

    @Test
    void settingsThatLoseMailAreRepairedAndBetterOnesAreLeft(@TempDir Path dir) throws Exception {
        try (var kafka = EmbeddedKafka.start(dir, FreePorts.take(), FreePorts.take());
                var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(
                            topic(
                                    Topics.OUTBOUND,
                                    Map.of(
                                            "cleanup.policy", "compact",
                                            "retention.bytes", "1000000",
                                            "unclean.leader.election.enable", "true",
                                            "min.insync.replicas", "2")),
                            topic(Topics.BODIES, Map.of("retention.ms", "345600000")),
                            topic(Topics.ORDERS, Map.of("cleanup.policy", "delete")),
                            topic(Topics.OUTCOMES, Map.of("retention.ms", "9999999999999")),
                            topic(Topics.DEAD_LETTERS, Map.of("retention.ms", "60000")),
                            topic(Topics.SIGNING_KEYS, Map.of("cleanup.policy", "compact"))))
                    .all()
                    .get();

            TopicSetup.ensure(Map.of("bootstrap.servers", kafka.bootstrapServers()), SETTINGS, Duration.ofMinutes(1));

            assertThat(settings(admin, Topics.OUTBOUND))
                    .containsEntry("cleanup.policy", "delete")
                    .containsEntry("retention.ms", "-1")
                    .containsEntry("retention.bytes", "-1")
                    .containsEntry("flush.messages", "1")
                    .containsEntry("unclean.leader.election.enable", "false")
                    // The topic has one replica, so nothing could be written with two in sync.
                    .containsEntry("min.insync.replicas", "1");
            assertThat(settings(admin, Topics.BODIES))
                    .containsEntry("retention.ms", "-1")
                    .containsEntry("message.timestamp.type", "LogAppendTime");
            assertThat(settings(admin, Topics.ORDERS)).containsEntry("cleanup.policy", "compact");
            assertThat(settings(admin, Topics.OUTCOMES)).containsEntry("retention.ms", "9999999999999");
            assertThat(settings(admin, Topics.DEAD_LETTERS)).containsEntry("retention.ms", "2592000000");
            // A version before left private keys in clear in the log, until they were compacted some day.
            assertThat(settings(admin, Topics.SIGNING_KEYS)).containsEntry("max.compaction.lag.ms", "3600000");
            // The progress of the groups is as durable as the mail.
            for (var topic : List.of("__consumer_offsets", "__transaction_state")) {
                assertThat(settings(admin, topic)).containsEntry("flush.messages", "1");
            }
        }
    }

    private static NewTopic topic(String name, Map<String, String> settings) {
        return new NewTopic(name, 1, (short) 1).configs(settings);
    }

    private static Map<String, String> settings(Admin admin, String topic) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var settings = new HashMap<String, String>();
        admin.describeConfigs(List.of(resource))
                .all()
                .get()
                .get(resource)
                .entries()
                .forEach(entry -> settings.put(entry.name(), entry.value()));
        return settings;
    }
}
