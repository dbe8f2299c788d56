package io.milena.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code ./milena bench destinations}: whether three bad destinations slow down the other 97. One refuses connections, one tarpits, one takes a
 * message a second and answers 451 or 421 to what is more. The same messages go to a hundred good ones, each time from an empty platform that is
 * warmed up with the 97.
 */
final class BadDestinations {
    private static final int ROUNDS = 2;
    private static final int CONNECTIONS = 50;
    private static final int GOOD = 97;
    private static final int DEAD = 97;
    private static final int TARPIT = 98;
    private static final int THROTTLE = 99;
    private static final Duration HEALED = Duration.ofMinutes(3);
    /** What waits for the three comes back soon, so that one needn't wait long to see that nothing was lost; retries are the more work for that. */
    private static final Map<String, String> SOON = Map.of(
            "milena.retry.delays", "30s", "milena.delivery.suspend.first", "30s", "milena.delivery.suspend.max", "30s");

    /** What the three others are. */
    private enum Others {
        GOOD("all good"),
        BAD("three bad"),
        SHAPED("three bad, shaped");

        private final String title;

        Others(String title) {
            this.title = title;
        }

        private Optional<Manner> manner(int domain) {
            if (this == GOOD || domain < BadDestinations.GOOD) {
                return Optional.of(Manner.WILLING);
            }
            return switch (domain) {
                case DEAD -> Optional.empty();
                case TARPIT -> Optional.of(new Tarpit(Duration.ofSeconds(10), Duration.ofSeconds(5)));
                case THROTTLE -> Optional.of(new OneASecond());
                default -> throw new IllegalArgumentException(Integer.toString(domain));
            };
        }
    }

    private BadDestinations() {}

    static void measure(Path milena, int messages) throws IOException, InterruptedException {
        System.out.printf(
                "destinations: 100 domains with an MX host each; %s is dead, %s tarpits, %s takes 1 message/s; %,d messages in each row,%n"
                        + "%d connections submit; shaped: shaping.yaml has messages: 1/s for the last%n%n",
                Load.domain(DEAD), Load.domain(TARPIT), Load.domain(THROTTLE), messages, CONNECTIONS);
        System.out.printf(
                "%5s %-18s %14s %15s %10s %12s %14s %6s %s%n",
                "round",
                "",
                "97: messages/s",
                "250→dlvd p99 ms",
                "CPU ms/msg",
                "3: delivered",
                "3: when healed",
                "lost",
                "duplicates");
        var speeds = new EnumMap<Others, List<Double>>(Others.class);
        for (int round = 1; round <= ROUNDS; round++) {
            for (var others : Others.values()) {
                speeds.computeIfAbsent(others, key -> new ArrayList<>()).add(row(milena, round, others, messages));
            }
        }
        for (var bad : List.of(Others.BAD, Others.SHAPED)) {
            System.out.printf(
                    "%s: %.3f of the speed without%n",
                    bad.title, mean(speeds.get(bad)) / mean(speeds.get(Others.GOOD)));
        }
    }

    private static double row(Path milena, int round, Others others, int messages)
            throws IOException, InterruptedException {
        var shaping = Files.createTempFile("milena-bench", ".yaml");
        try (var domains = Domains.with(others::manner)) {
            var settings = new HashMap<>(domains.settings());
            settings.putAll(SOON);
            if (others == Others.SHAPED) {
                Files.writeString(shaping, "sites:\n  %s: {messages: 1/s}\n".formatted(Load.domain(THROTTLE)));
                settings.put("milena.delivery.shaping", shaping.toString());
            }
            try (var platform = PlatformProcess.start(milena, settings, List.of())) {
                return row(platform, domains, shaping, round, others, messages);
            }
        } finally {
            Files.delete(shaping);
        }
    }

    private static double row(
            PlatformProcess platform, Domains domains, Path shaping, int round, Others others, int messages)
            throws IOException, InterruptedException {
        var load = platform.load(Bench.SIZE);
        domains.warmUp(load.onlyTo(GOOD), Bench.WARM_UP, CONNECTIONS);
        var ledger = new Ledger(messages);
        domains.noteIn(ledger);
        var cpu = platform.cpu();
        long start = System.nanoTime();
        load.run(messages, CONNECTIONS, ledger);
        int expected = messages / Load.DOMAINS * GOOD + Math.min(messages % Load.DOMAINS, GOOD);
        ledger.awaitDelivered(expected, BadDestinations::isGood);
        cpu = platform.cpu().minus(cpu);
        var deliveries = ledger.deliveries(BadDestinations::isGood);
        double speed = deliveries.length * 1e9 / (deliveries[deliveries.length - 1] - start);
        double p99 = Ledger.percentile(ledger.toDelivered(), 0.99);
        int meanwhile = ledger.deliveredCount() - expected;
        // Whoever is well may be sent to as fast as any: 800 messages would take 800 s.
        Files.writeString(shaping, "sites: {}\n");
        int lost = awaitOthers(domains, ledger, messages);
        System.out.printf(
                "%5d %-18s %14.0f %15.1f %10.3f %12d %14d %6d %d%n",
                round,
                others.title,
                speed,
                p99,
                cpu.toNanos() / 1e6 / messages,
                meanwhile,
                messages - expected - meanwhile - lost,
                lost,
                ledger.duplicates());
        return speed;
    }

    private static boolean isGood(int message) {
        return message % Load.DOMAINS < GOOD;
    }

    /** What was kept from the three has to come to them when they are well again: whatever does not was lost. */
    private static int awaitOthers(Domains domains, Ledger ledger, int messages)
            throws IOException, InterruptedException {
        domains.heal(ledger);
        long end = System.nanoTime() + HEALED.toNanos();
        while (ledger.deliveredCount() < messages && System.nanoTime() - end < 0) {
            Thread.sleep(100);
        }
        return messages - ledger.deliveredCount();
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(value -> value).average().orElseThrow();
    }
}
