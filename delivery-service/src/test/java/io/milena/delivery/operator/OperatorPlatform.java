package io.milena.delivery.operator;

import io.milena.delivery.TestBroker;
import io.milena.embedded.EmbeddedKafka;
import io.milena.testing.FakeDns;
import io.milena.testing.FreePorts;
import io.milena.topics.kafka.KafkaClients;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A broker for the whole service, and an admin token unless {@code token} is {@code none}. Mail is discarded, except
 * for {@code refused.example}, where nobody listens, and {@code silent.example}, whose host accepts connections and
 * says nothing.
 */
public final class OperatorPlatform implements QuarkusTestResourceLifecycleManager {
    public static final String TOKEN = "an-admin-token-for-tests";

    private boolean withToken = true;
    private Optional<String> metricsToken = Optional.empty();
    private static Path dir;
    private static EmbeddedKafka broker;
    private ServerSocket silent;
    private FakeDns dns;

    @Override
    public void init(Map<String, String> arguments) {
        withToken = !"none".equals(arguments.get("token"));
        metricsToken = Optional.ofNullable(arguments.get("metrics"));
    }

    @Override
    public Map<String, String> start() {
        try {
            dir = Files.createTempDirectory("milena-operator");
            broker = TestBroker.own(dir.resolve("kafka"));
            var token = Files.writeString(dir.resolve("token"), TOKEN + "\n");
            var config = new HashMap<String, String>();
            config.put("quarkus.http.test-port", "0");
            config.put("milena.kafka.bootstrap-servers", broker.bootstrapServers());
            if (withToken) {
                config.put("milena.bootstrap.admin-token-file", token.toString());
            }
            if (metricsToken.isPresent()) {
                var file = Files.writeString(dir.resolve("metrics-token"), metricsToken.get() + "\n");
                config.put("milena.metrics.token-file", file.toString());
            }
            dns = FakeDns.start();
            config.put("milena.dns.servers", dns.endpoint());
            silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            config.put(
                    "milena.delivery.routes",
                    "*=discard,unknown.example=mx,refused.example=127.0.0.1:" + FreePorts.take()
                            + ",silent.example=127.0.0.1:" + silent.getLocalPort());
            config.put("milena.delivery.sources.spare.address", "127.0.0.1");
            config.put("milena.delivery.pools.spare", "spare");
            config.put("milena.delivery.pool-of", "tag:spare=spare");
            config.put("milena.delivery.grace-period", "1s");
            config.put("quarkus.log.category.\"state.change.logger\".level", "WARN");
            return config;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public static KafkaClients clients() {
        return KafkaClients.of(broker.bootstrapServers(), Map.of());
    }

    @Override
    public void stop() {
        try {
            silent.close();
            dns.close();
            broker.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        try (var files = Files.walk(dir)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
