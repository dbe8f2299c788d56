package io.milena.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.milena.testing.FreePorts;
import io.milena.testing.HttpPort;
import io.milena.testing.Jvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;

/**
 * One more delivery-service beside that of a split platform, started alike but with a name and an HTTP port of its own.
 * Confined to one thread.
 */
final class DeliveryReplica implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final Process process;
    private final Thread atInterrupt = new Thread(this::end);

    private DeliveryReplica(Process process) {
        this.process = process;
        Runtime.getRuntime().addShutdownHook(atInterrupt);
    }

    static DeliveryReplica start(Path data, int number) throws IOException, InterruptedException {
        int port = FreePorts.take();
        var name = "delivery-" + number;
        var settings = data.resolve("run/" + name + ".properties");
        Files.copy(data.resolve("run/delivery.properties"), settings, StandardCopyOption.REPLACE_EXISTING);
        // The last line with a key counts.
        Files.writeString(
                settings,
                "milena.instance=%s%nquarkus.http.port=%d%n".formatted(name, port),
                StandardCharsets.UTF_8,
                StandardOpenOption.APPEND);
        var log = data.resolve("log/" + name + ".log").toFile();
        var replica = new DeliveryReplica(new ProcessBuilder(command(data, settings))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start());
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (!new HttpPort(port).ready()) {
            if (!replica.process.isAlive() || System.nanoTime() - end > 0) {
                replica.close();
                throw new IOException(name + " did not start:\n" + Files.readString(log.toPath()));
            }
            Thread.sleep(100);
        }
        return replica;
    }

    /** The command of the platform's own delivery-service, without the marker that names the process. */
    private static ArrayList<String> command(Path data, Path settings) throws IOException {
        var command = new ArrayList<String>();
        for (var word : new ObjectMapper()
                .readTree(data.resolve("run/delivery.json").toFile())
                .get("command")) {
            var text = word.asText();
            if (text.startsWith("-Dquarkus.config.locations=")) {
                command.add("-Dquarkus.config.locations=" + settings);
            } else if (!text.startsWith("-Dmilena.part=")) {
                command.add(text);
            }
        }
        return command;
    }

    Jvm jvm() {
        return new Jvm(process.pid());
    }

    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atInterrupt);
        } catch (IllegalStateException interrupted) {
            // The shutdown hook runs already.
            return;
        }
        end();
    }
}
