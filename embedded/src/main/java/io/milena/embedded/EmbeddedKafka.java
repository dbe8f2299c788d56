package io.milena.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A Kafka broker with its controller inside this JVM. Starting takes seconds and blocks; the data in the directory
 * survives restarts and kills.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private final KafkaRaftServer server;
    private final String bootstrapServers;

    private EmbeddedKafka(KafkaRaftServer server, String bootstrapServers) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /** Starts a cluster of one node and returns when it can be used. */
    public static EmbeddedKafka start(Path dir, int port, int controllerPort) {
        return start(KafkaNodeSettings.direct(dir, 1, port, List.of(controllerPort), newClusterId()));
    }

    /** Starts one node and returns when it can be used; in a cluster, when a majority of the nodes has started. */
    public static EmbeddedKafka start(KafkaNodeSettings settings) {
        Ports.requireFree("127.0.0.1", settings.port(), "Kafka");
        Ports.requireFree("127.0.0.1", settings.controllerPort(), "Kafka's controller");
        format(settings);
        var server = new KafkaRaftServer(KafkaConfig.apply(settings.properties(), false), Time.SYSTEM);
        server.startup();
        return new EmbeddedKafka(server, settings.bootstrapServers());
    }

    /** An id for a new cluster; it is used only if the directory is empty. */
    public static String newClusterId() {
        return Uuid.randomUuid().toString();
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Stops the broker in order. A node that has lost its majority takes long: see {@link KafkaNode}. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static void format(KafkaNodeSettings settings) {
        var dir = settings.dir().toString();
        if (Files.exists(settings.dir().resolve("meta.properties"))) {
            return;
        }
        try {
            Files.createDirectories(settings.dir());
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setClusterId(settings.clusterId())
                    .setNodeId(settings.nodeId())
                    .setControllerListenerName("CONTROLLER")
                    .addDirectory(dir)
                    .setMetadataLogDirectory(dir)
                    .setIgnoreFormatted(true)
                    .run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new StartException("Kafka cannot use the directory %s: %s".formatted(dir, e.getMessage()), e);
        }
    }
}
