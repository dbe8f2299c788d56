package io.milena.topics.kafka;

import io.milena.embedded.EmbeddedKafka;
import io.milena.testing.FreePorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** A real broker with the platform's topics, in a directory of its own. */
record TestBroker(EmbeddedKafka kafka, KafkaClients clients) implements AutoCloseable {
    static TestBroker start(Path dir) throws Exception {
        var kafka = EmbeddedKafka.start(dir, FreePorts.take(), FreePorts.take());
        var clients = KafkaClients.of(kafka.bootstrapServers(), Map.of());
        var topics = new TopicSettings(1, (short) 1, false, List.of(Duration.ofMinutes(1)));
        TopicSetup.ensure(clients.base(), topics, Duration.ofMinutes(1));
        return new TestBroker(kafka, clients);
    }

    /** The topics take records of so many octets from now on; returns when the broker knows. */
    void limit(int octets, String... topics) throws Exception {
        var limit = new AlterConfigOp(
                new ConfigEntry("max.message.bytes", Integer.toString(octets)), AlterConfigOp.OpType.SET);
        var changes = new HashMap<ConfigResource, Collection<AlterConfigOp>>();
        for (var topic : topics) {
            changes.put(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(limit));
        }
        try (var admin = Admin.create(clients.base())) {
            admin.incrementalAlterConfigs(changes).all().get();
            while (admin.describeConfigs(changes.keySet()).all().get().values().stream()
                    .anyMatch(config -> !config.get("max.message.bytes").value().equals(Integer.toString(octets)))) {
                Thread.sleep(10);
            }
        }
    }

    /** Where these topics end now, with what is not committed yet. */
    Map<TopicPartition, Long> ends(List<String> topics) {
        try (var consumer = clients.reader(Map.of("isolation.level", "read_uncommitted"))) {
            return consumer.endOffsets(
                    topics.stream().map(topic -> new TopicPartition(topic, 0)).toList());
        }
    }

    /** All that is committed in a topic from an offset on; waits for transactions that end just now. */
    List<ConsumerRecord<byte[], byte[]>> records(String topic, long from) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        var partition = new TopicPartition(topic, 0);
        try (var consumer = clients.reader(Map.of())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            long end = ends(List.of(topic)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    @Override
    public void close() throws Exception {
        kafka.close();
    }
}
