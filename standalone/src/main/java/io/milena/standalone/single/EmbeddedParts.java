package io.milena.standalone.single;

import io.milena.embedded.EmbeddedKafka;
import io.milena.embedded.EmbeddedPostgres;
import io.milena.standalone.platform.DataDirectory;
import io.milena.standalone.platform.StandaloneConfig;
import io.milena.standalone.platform.Terminal;
import io.milena.standalone.postbox.Postbox;
import io.milena.standalone.postbox.PostboxServer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Starts broker, database and postbox before the first service, and stops them after the last one. */
@ApplicationScoped
public class EmbeddedParts {
    private static final Logger LOG = Logger.getLogger(EmbeddedParts.class);

    private final StandaloneConfig config;
    private final DataDirectory data;
    private final String databasePassword;
    private final Instance<Postbox> postbox;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    EmbeddedParts(
            StandaloneConfig config,
            @ConfigProperty(name = "quarkus.datasource.password") String databasePassword,
            Instance<Postbox> postbox) {
        this.config = config;
        this.data = new DataDirectory(config.data());
        this.databasePassword = databasePassword;
        this.postbox = postbox;
    }

    void start(@Observes @Priority(1) StartupEvent event) {
        // Started in parallel: they wait for the disk and other processes, so together they take the time of the
        // slowest.
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var kafka = CompletableFuture.supplyAsync(
                    () -> part(
                            "Kafka",
                            () -> EmbeddedKafka.start(data.kafka(1), config.kafkaPort(), config.kafkaControllerPort())),
                    threads);
            var postgres = CompletableFuture.supplyAsync(
                    () -> part(
                            "PostgreSQL",
                            () -> EmbeddedPostgres.start(data.postgres(), config.postgresPort(), databasePassword)),
                    threads);
            CompletableFuture.allOf(kafka, postgres).join();
        } catch (CompletionException e) {
            stop(null);
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
        if (config.postbox()) {
            part("The postbox", () -> PostboxServer.start(config.postboxPort(), postbox.get()));
        }
    }

    void stop(@Observes @Priority(10_000) ShutdownEvent event) {
        AutoCloseable part;
        while ((part = next()) != null) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("A part did not stop in order", e);
            }
        }
    }

    private synchronized AutoCloseable next() {
        return started.poll();
    }

    private <T extends AutoCloseable> T part(String name, Supplier<T> start) {
        long begin = System.nanoTime();
        var part = start.get();
        synchronized (this) {
            started.push(part);
        }
        Terminal.say("%s is up after %.1f s".formatted(name, (System.nanoTime() - begin) / 1e9));
        return part;
    }
}
