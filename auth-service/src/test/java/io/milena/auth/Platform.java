package io.milena.auth;

import io.milena.embedded.EmbeddedKafka;
import io.milena.embedded.EmbeddedPostgres;
import io.milena.testing.FakeDns;
import io.milena.testing.FreePorts;
import io.milena.topics.KeyEncryption;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * The surroundings of auth-service, shared by all test classes: a broker, a database and a name server, each of which a
 * test may take away.
 */
public final class Platform implements QuarkusTestResourceLifecycleManager {
    static final String ADMIN_TOKEN = "an-admin-token-for-tests";
    static final String SERVICE_TOKEN = "a-service-token-for-tests";
    static final String BOOTSTRAP_KEY = "mk_bench_0123456789abcdef";
    /** Encrypts no longer. */
    static final String OLD_KEY = KeyEncryption.newEntry("k1");

    private static final String ALL_KEYS = KeyEncryption.newEntry("k2") + "," + OLD_KEY;
    static final KeyEncryption KEYS = KeyEncryption.parse(ALL_KEYS);
    private static final String DATABASE_PASSWORD = "a-database-password";

    private static Path dir;
    private static int[] ports;
    private static EmbeddedKafka kafka;
    private static EmbeddedPostgres postgres;
    private static FakeDns dns;
    static IdentityProvider identities;

    @Override
    public Map<String, String> start() {
        try {
            dir = Files.createTempDirectory("milena-auth");
            ports = FreePorts.take(3);
            startPostgres();
            startKafka();
            dns = FakeDns.start().breakName("_milena.broken.example");
            identities = new IdentityProvider();
            var keyFile = Files.writeString(dir.resolve("api-key"), BOOTSTRAP_KEY + "\n");
            var config = new HashMap<String, String>();
            config.put("quarkus.http.test-port", "0");
            config.put("quarkus.datasource.jdbc.url", postgres.jdbcUrl());
            config.put("quarkus.datasource.username", postgres.user());
            config.put("quarkus.datasource.password", DATABASE_PASSWORD);
            config.put("quarkus.datasource.jdbc.acquisition-timeout", "2s");
            config.put("milena.kafka.bootstrap-servers", kafka.bootstrapServers());
            config.put("milena.hostname", "mx.milena.example");
            config.put("milena.bootstrap.admin-token", ADMIN_TOKEN);
            config.put("milena.bootstrap.api-key-file", keyFile.toString());
            config.put("milena.auth.service-token", SERVICE_TOKEN);
            config.put("milena.keys.encryption", ALL_KEYS);
            config.put("milena.oidc.issuer", identities.url());
            config.put("milena.dns.servers", dns.endpoint());
            config.put("quarkus.log.category.\"state.change.logger\".level", "WARN");
            config.put("quarkus.log.category.\"org.hibernate\".level", "WARN");
            config.put("quarkus.log.category.\"org.flywaydb\".level", "WARN");
            return config;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void startKafka() {
        kafka = EmbeddedKafka.start(dir.resolve("kafka"), ports[0], ports[1]);
    }

    static void stopKafka() {
        kafka.close();
    }

    static void startPostgres() {
        postgres = EmbeddedPostgres.start(dir.resolve("postgres"), ports[2], DATABASE_PASSWORD);
    }

    static void stopPostgres() {
        postgres.close();
    }

    static FakeDns dns() {
        return dns;
    }

    @Override
    public void stop() {
        dns.close();
        identities.close();
        kafka.close();
        postgres.close();
        try (var files = Files.walk(dir)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
