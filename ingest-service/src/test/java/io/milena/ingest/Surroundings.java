package io.milena.ingest;

import io.milena.embedded.EmbeddedKafka;
import io.milena.testing.FreePorts;
import io.milena.topics.Directory;
import io.milena.topics.Json;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.TopicSettings;
import io.milena.topics.kafka.TopicSetup;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The surroundings of ingest in a test: a real broker, kept for the whole run, a fake auth-service and free ports. */
public final class Surroundings implements QuarkusTestResourceLifecycleManager {
    static final String RETURN_SECRET = "a secret of the tests";

    // A profile has its own class loader, and its own statics: the broker is found again by a property.
    private static final String BROKER = "milena.test.kafka";
    private FakeAuthService authService;

    @Override
    public Map<String, String> start() {
        authService = new FakeAuthService();
        var bootstrap = broker();
        fillDirectory(bootstrap);
        return Map.ofEntries(
                Map.entry("milena.kafka.bootstrap-servers", bootstrap),
                Map.entry("milena.kafka.flush", "false"),
                Map.entry("milena.auth.url", authService.url()),
                Map.entry("milena.auth.service-token", FakeAuthService.TOKEN),
                Map.entry("milena.oidc.issuer", "https://identity.test"),
                Map.entry("milena.hostname", "mx.milena.test"),
                Map.entry("milena.return-domain", "return.milena.test"),
                Map.entry("milena.return-secret", RETURN_SECRET),
                Map.entry("milena.smtp.host", "127.0.0.1"),
                Map.entry("milena.smtp.ports", Integer.toString(FreePorts.take())),
                Map.entry("milena.smtp.tls-ports", Integer.toString(FreePorts.take())),
                // No wait where a test fails logins on purpose.
                Map.entry("milena.smtp.auth-failure-delay", "1ms"),
                Map.entry("quarkus.http.test-port", "0"));
    }

    private static String broker() {
        var running = System.getProperty(BROKER);
        if (running != null) {
            return running;
        }
        try {
            var broker =
                    EmbeddedKafka.start(Files.createTempDirectory("ingest-test"), FreePorts.take(), FreePorts.take());
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
            System.setProperty(BROKER, broker.bootstrapServers());
            return broker.bootstrapServers();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fillDirectory(String bootstrap) {
        var clients = KafkaClients.of(bootstrap, Map.of());
        TopicSetup.ensure(
                clients.base(),
                new TopicSettings(1, (short) 1, false, List.of(Duration.ofMinutes(1))),
                Duration.ofMinutes(1));
        try (var producer = clients.producer(Map.of())) {
            tell(producer, Topics.ACCOUNTS, "sleeping", new Directory.Account("sleeping", "Sleeping Ltd", "suspended"));
            tell(producer, Topics.ACCOUNTS, "careful", account("careful", true, false, "normal"));
            tell(producer, Topics.ACCOUNTS, "ann@named.example", account("ann@named.example", false, true, "normal"));
            tell(producer, Topics.ACCOUNTS, "many", account("many", false, false, "bulk"));
            tell(producer, Topics.ACCOUNTS, "urgent", account("urgent", false, false, "transactional"));
            tell(producer, Topics.ACCOUNTS, "hasty", impatient("hasty", Duration.ofMinutes(10)));
            tell(producer, Topics.ACCOUNTS, "patient", impatient("patient", Duration.ofDays(30)));
            tell(producer, Topics.ACCOUNTS, "a1", tagged("a1", "news", "vip 1"));
            tell(producer, Topics.ACCOUNTS, "trial", tagged("trial", Directory.Account.ANY_TAG));
            for (var id : List.of("here", "elsewhere", "awake", "revoked", "moved")) {
                tell(producer, Topics.ACCOUNTS, id, new Directory.Account(id, id, "active"));
            }
            domain(producer, "careful.example", "careful", true);
            domain(producer, "sub.careful.example", "another", true);
            domain(producer, "unproved.example", "careful", false);
            credential(producer, "elsewhere", "192.0.2.0/24");
            credential(producer, "here", "127.0.0.0/8");
        }
    }

    private static Directory.Account account(
            String id, boolean verifiedSendersOnly, boolean addSender, String priority) {
        return new Directory.Account(
                id,
                id,
                "active",
                verifiedSendersOnly,
                addSender,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(priority),
                List.of(),
                Optional.empty(),
                List.of());
    }

    private static Directory.Account impatient(String id, Duration queueLifetime) {
        return new Directory.Account(
                id,
                id,
                "active",
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.of(queueLifetime),
                List.of());
    }

    private static Directory.Account tagged(String id, String... tags) {
        return new Directory.Account(
                id,
                id,
                "active",
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of(tags));
    }

    private static void domain(Producer<byte[], byte[]> producer, String name, String account, boolean verified) {
        tell(producer, Topics.DOMAINS, name, new Directory.Domain(name, account, verified));
    }

    private static void credential(Producer<byte[], byte[]> producer, String account, String network) {
        var id = "c-" + account;
        tell(producer, Topics.CREDENTIALS, id, new Directory.Credential(id, account, account, List.of(network)));
    }

    private static void tell(Producer<byte[], byte[]> producer, String topic, String key, Object value) {
        producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), Json.write(value)));
    }

    @Override
    public void stop() {
        authService.close();
    }
}
