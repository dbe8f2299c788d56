package io.milena.delivery;

import io.milena.embedded.EmbeddedKafka;
import io.milena.testing.FreePorts;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.TopicSettings;
import io.milena.topics.kafka.TopicSetup;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * A real broker with the platform's topics. A start takes seconds, so all tests of a fork that ask for a fresh broker
 * get one and the same, emptied: one test at a time may have it, and {@link #close()} gives it back.
 */
public record TestBroker(EmbeddedKafka kafka, KafkaClients clients) implements AutoCloseable {
    private static EmbeddedKafka shared;

    public static TestBroker fresh() throws Exception {
        return fresh(1);
    }

    /** The fork's broker with this many partitions of each mail topic. */
    public static TestBroker fresh(int partitions) throws Exception {
        return fresh(
                new TopicSettings(partitions, (short) 1, true, List.of(Duration.ofMinutes(1), Duration.ofHours(1))));
    }

    /** The fork's broker with these topics, and no others and no groups. */
    public static synchronized TestBroker fresh(TopicSettings topics) throws Exception {
        if (shared == null) {
            var dir = Files.createTempDirectory("delivery-kafka");
            shared = EmbeddedKafka.start(dir, FreePorts.take(), FreePorts.take());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(shared, dir)));
        } else {
            empty(shared.bootstrapServers());
        }
        var clients = KafkaClients.of(shared.bootstrapServers(), Map.of());
        TopicSetup.ensure(clients.base(), topics, Duration.ofMinutes(1));
        return new TestBroker(shared, clients);
    }

    /** A broker without topics for this test alone, which may run beside other tests. */
    public static EmbeddedKafka own(Path dir) throws Exception {
        return EmbeddedKafka.start(dir, FreePorts.take(), FreePorts.take());
    }

    private static void empty(String bootstrapServers) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            for (var group : admin.listGroups().all().get()) {
                forget(admin, group.groupId());
            }
            var topics = admin.listTopics().names().get();
            admin.deleteTopics(topics).all().get();
            Collection<String> left = topics;
            while (left.stream().anyMatch(topics::contains)) {
                Thread.sleep(5);
                left = admin.listTopics().names().get();
            }
        }
    }

    /** Deletes a group, even if the group still waits for a member that a test killed. */
    private static void forget(Admin admin, String group) throws Exception {
        try {
            if (!admin.describeConsumerGroups(List.of(group))
                    .all()
                    .get()
                    .get(group)
                    .members()
                    .isEmpty()) {
                admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
                        .all()
                        .get();
            }
            admin.deleteConsumerGroups(List.of(group)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw e;
            }
        }
    }

    private static void end(EmbeddedKafka kafka, Path dir) {
        try {
            kafka.close();
            try (var files = Files.walk(dir)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        // The next test empties it.
    }
}
