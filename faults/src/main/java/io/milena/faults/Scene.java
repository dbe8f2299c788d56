package io.milena.faults;

import io.milena.testing.PidFile;
import io.milena.testing.PlatformProcess;
import io.milena.topics.kafka.KafkaClients;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The platform and its surroundings, on which a {@link Nemesis} works. Confined to the thread of the round. */
record Scene(
        PlatformProcess platform,
        Hosts hosts,
        Link toAuth,
        Link toPostgres,
        Ledger ledger,
        KafkaClients kafka,
        int brokers) {
    private static final Duration END_LIMIT = Duration.ofSeconds(60);

    /** All processes: the brokers first, as in an orderly start. */
    List<String> parts() {
        var parts = new ArrayList<>(IntStream.rangeClosed(1, brokers)
                .mapToObj(node -> "kafka-" + node)
                .toList());
        parts.addAll(List.of("postgres", "auth", "bounce", "delivery", "ingest"));
        return parts;
    }

    PidFile part(String name) {
        return platform.pidFile(name);
    }

    void start(String part) throws IOException, InterruptedException {
        platform.startPart(part);
    }

    /** The server that the part {@code postgres} watches. */
    PidFile postgres() throws IOException {
        try (var files = Files.walk(platform.data().resolve("postgres"))) {
            return files.filter(file -> file.endsWith("postmaster.pid"))
                    .findFirst()
                    .map(PidFile::new)
                    .orElseThrow(() -> new IOException("PostgreSQL has no postmaster.pid"));
        }
    }

    void awaitEnd(String part) throws IOException, InterruptedException {
        long end = System.nanoTime() + END_LIMIT.toNanos();
        while (part(part).isAlive()) {
            if (System.nanoTime() > end) {
                throw new IOException(part + " has not ended after " + END_LIMIT);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Starts every part that ended though nobody struck it, and notes that as a collapse. */
    void restartCollapsed(String after) throws IOException, InterruptedException {
        for (var part : parts()) {
            if (!part(part).isAlive()) {
                ledger.collapsed("%s ended by itself after '%s'".formatted(part, after));
                start(part);
            }
        }
    }
}
