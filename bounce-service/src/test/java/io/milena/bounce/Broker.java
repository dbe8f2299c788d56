package io.milena.bounce;

import io.milena.embedded.EmbeddedKafka;
import io.milena.testing.FreePorts;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/** A real broker for the service's tests, which can be taken away and given back. */
public class Broker implements QuarkusTestResourceLifecycleManager {
    private Path dir;
    private int port;
    private int controllerPort;
    private EmbeddedKafka kafka;

    @Override
    public Map<String, String> start() {
        try {
            dir = Files.createTempDirectory("milena-bounce");
            port = FreePorts.take();
            controllerPort = FreePorts.take();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        kafka = EmbeddedKafka.start(dir, port, controllerPort);
        return Map.of(
                "milena.kafka.bootstrap-servers", kafka.bootstrapServers(),
                "milena.hostname", "mail.example.org",
                "milena.return-domain", "returns.example.org",
                "milena.return-secret", "a secret of enough length",
                "quarkus.http.test-port", "0",
                "quarkus.log.category.\"state.change.logger\".level", "WARN");
    }

    @Override
    public void inject(Object test) {
        if (test instanceof BounceServiceTest one) {
            one.broker = this;
        }
    }

    String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    void restart() {
        kafka.close();
        kafka = EmbeddedKafka.start(dir, port, controllerPort);
    }

    @Override
    public void stop() {
        kafka.close();
        try (var files = Files.walk(dir)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
