package io.milena.bench;

import io.milena.testing.PlatformProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code ./milena bench backlog}: a million messages are queued while delivery is paused, then the platform restarts
 * and delivers them. Measures when it is ready, how much memory it takes, and the speed of each tenth.
 */
final class Restart {
    private static final int CONNECTIONS = 200;
    private static final int PARTS = 10;
    private static final String PAUSED = "milena.delivery.paused";
    /** A record of 2.6 KB, its outcome, the broker's indexes and the database. */
    private static final long DISK_PER_MESSAGE = 8 * 1024;

    private static final Duration LIMIT = Duration.ofMinutes(40);

    private Restart() {}

    static void measure(Path milena, int messages) throws IOException, InterruptedException {
        requireSpace(messages);
        System.out.printf(
                "backlog: standalone, %,d messages of %d octets in 100 domains with an MX host each, queued over %d connections, then%n"
                        + "SIGTERM and a start with delivery%n%n",
                messages, Bench.SIZE, CONNECTIONS);
        var ledger = new Ledger(messages);
        try (var domains = Domains.with(domain -> Optional.of(Manner.WILLING))) {
            domains.noteIn(ledger);
            var settings = new HashMap<>(domains.settings());
            settings.put(PAUSED, "true");
            try (var platform = PlatformProcess.start(milena, settings, List.of())) {
                accept(platform, ledger, messages);
                drain(platform, ledger, messages);
            }
        }
    }

    private static void requireSpace(int messages) throws IOException {
        var directory = Path.of(System.getProperty("java.io.tmpdir"));
        long free = Files.getFileStore(directory).getUsableSpace();
        if (free < messages * DISK_PER_MESSAGE) {
            throw new IOException("%s has %,d MiB free (expected: %,d for %,d messages)"
                    .formatted(directory, free >> 20, messages * DISK_PER_MESSAGE >> 20, messages));
        }
    }

    private static void accept(PlatformProcess platform, Ledger ledger, int messages)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        Load.of(platform, Bench.SIZE).run(messages, CONNECTIONS, ledger);
        System.out.printf(
                "queued: %.0f messages/s; resident %d MiB; %d delivered already%n",
                messages * 1e9 / (ledger.lastAccepted() - start), platform.jvm().resident(), ledger.deliveredCount());
    }

    private static void drain(PlatformProcess platform, Ledger ledger, int messages)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        var ready = platform.restart(Map.of(PAUSED, "false"));
        long started = System.nanoTime() - ready.toNanos();
        System.out.printf(
                "ready %.1f s after its start (and %.1f s after SIGTERM); %d messages delivered by then; live heap %.0f MiB%n%n",
                ready.toNanos() / 1e9,
                (System.nanoTime() - begin) / 1e9,
                ledger.deliveredCount(),
                platform.jvm().liveHeap());
        System.out.printf(
                "%12s %12s %10s %13s %14s %10s%n",
                "delivered", "messages/s", "seconds", "resident MiB", "held messages", "held MiB");
        int part = Math.max(1, messages / PARTS);
        long before = started;
        double live = 0;
        for (int goal = part; goal <= messages; goal += part) {
            var held = awaitDelivered(platform, ledger, goal, started);
            var deliveries = ledger.deliveries(message -> true);
            long at = deliveries[Math.min(goal, deliveries.length) - 1];
            long from = before == started ? deliveries[0] : before;
            System.out.printf(
                    "%,12d %12.0f %10.1f %13d %14.0f %10.1f%n",
                    goal,
                    part * 1e9 / (at - from),
                    (at - started) / 1e9,
                    platform.jvm().resident(),
                    held.messages,
                    held.octets / 1048576);
            before = at;
            if (goal == part * (PARTS / 2)) {
                live = platform.jvm().liveHeap();
            }
        }
        ledger.awaitDelivered(messages, message -> true);
        awaitSettled(platform);
        System.out.printf(
                "%nlive heap %.0f MiB half way, %.0f at the end; peak resident %d MiB; lost %d, duplicates %d%n",
                live,
                platform.jvm().liveHeap(),
                platform.jvm().peakResident(),
                messages - ledger.deliveredCount(),
                ledger.duplicates());
    }

    /** The most that delivery held, by its own metrics. */
    private static final class Held {
        private double messages;
        private double octets;
    }

    private static Held awaitDelivered(PlatformProcess platform, Ledger ledger, int goal, long started)
            throws IOException, InterruptedException {
        var held = new Held();
        while (ledger.deliveredCount() < goal) {
            if (System.nanoTime() - started > LIMIT.toNanos()) {
                throw new IOException("only " + ledger.deliveredCount() + " messages were delivered in " + LIMIT);
            }
            held.messages = Math.max(held.messages, platform.http().value("milena_delivery_held_messages"));
            held.octets = Math.max(held.octets, platform.http().value("milena_delivery_held_bytes"));
            Thread.sleep(200);
        }
        return held;
    }

    /** Waits until the queues are empty; a message that is sent twice is sent before that. */
    private static void awaitSettled(PlatformProcess platform) throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (platform.http().value("milena_queue_messages") > 0 && System.nanoTime() - end < 0) {
            Thread.sleep(200);
        }
    }
}
