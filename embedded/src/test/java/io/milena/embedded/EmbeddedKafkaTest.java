package io.milena.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.milena.testing.FreePorts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {
    @TempDir
    Path dir;

    @Test
    void keepsItsTopicsOverARestart() throws Exception {
        int[] ports = FreePorts.take(2);
        try (var kafka = EmbeddedKafka.start(dir, ports[0], ports[1]);
                var admin = admin(kafka)) {
            admin.createTopics(List.of(new NewTopic("mail.outbound", 1, (short) 1)))
                    .all()
                    .get();
        }
        try (var kafka = EmbeddedKafka.start(dir, ports[0], ports[1]);
                var admin = admin(kafka)) {
            Set<String> names = admin.listTopics().names().get();
            assertThat(names).contains("mail.outbound");
        }
    }

    @Test
    void saysWhichPortIsTaken() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedKafka.start(dir, taken.getLocalPort(), FreePorts.take()))
                    .isInstanceOf(StartException.class)
                    .hasMessage("port %d (Kafka) cannot be used: another program listens on it"
                            .formatted(taken.getLocalPort()));
        }
    }

    private static Admin admin(EmbeddedKafka kafka) {
        return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }
}
