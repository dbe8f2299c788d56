package io.milena.delivery;

import io.milena.embedded.EmbeddedKafka;
import io.milena.topics.KafkaClients;
import io.milena.topics.TopicSettings;
import io.milena.topics.TopicSetup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A real broker with the platform's topics, in a directory of its own. */
public record TestBroker(EmbeddedKafka kafka, KafkaClients clients) implements AutoCloseable {
    public static TestBroker start(Path dir) throws Exception {
        return start(dir, 1);
    }

    /** With so many partitions of each mail topic. */
    static TestBroker start(Path dir, int partitions) throws Exception {
        return start(
                dir,
                new TopicSettings(
                        partitions,
                        (short) 1,
                        true,
                        List.of(Duration.ofMinutes(1), Duration.ofHours(1)),
                        Duration.ofHours(1)));
    }

    public static TestBroker start(Path dir, TopicSettings topics) throws Exception {
        var kafka = EmbeddedKafka.start(dir, freePort(), freePort());
        var clients = KafkaClients.of(kafka.bootstrapServers(), Map.of());
        TopicSetup.ensure(clients.base(), topics, Duration.ofMinutes(1));
        return new TestBroker(kafka, clients);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws Exception {
        kafka.close();
    }
}
