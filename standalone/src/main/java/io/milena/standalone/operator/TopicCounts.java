package io.milena.standalone.operator;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.admin.Admin;

/**
 * Counts of Kafka's brokers and topics.
 *
 * @param leaderless partitions that accept no writes
 */
record TopicCounts(int brokers, int topics, int partitions, int leaderless) {
    /** The logger of Kafka's client, kept since an unreferenced logger forgets its level. */
    private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

    /** Asks the brokers; throws {@link RefusedException} if none answers within seconds. */
    static TopicCounts of(String servers) {
        KAFKA.setLevel(Level.OFF);
        try (var admin = Admin.create(
                Map.of("bootstrap.servers", servers, "request.timeout.ms", 3_000, "default.api.timeout.ms", 5_000))) {
            int brokers = admin.describeCluster().nodes().get().size();
            var topics = admin.describeTopics(admin.listTopics().names().get())
                    .allTopicNames()
                    .get()
                    .values();
            var partitions = topics.stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .toList();
            return new TopicCounts(brokers, topics.size(), partitions.size(), (int) partitions.stream()
                    .filter(partition ->
                            partition.leader() == null || partition.leader().isEmpty())
                    .count());
        } catch (ExecutionException e) {
            throw new RefusedException("Kafka does not answer at " + servers);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException("interrupted");
        }
    }
}
