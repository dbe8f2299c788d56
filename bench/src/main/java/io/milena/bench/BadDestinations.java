package io.milena.bench;

import io.milena.testing.PlatformProcess;
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
import java.util.stream.IntStream;

/**
 * {@code ./milena bench destinations}: whether three bad destinations slow down the other 97. One refuses connections,
 * one tarpits, one takes a message a second and answers 451 or 421 to more. All phases run in one platform, since one
 * start differs from another: phases with and without the three alternate, and each is compared with its neighbours.
 */
final class BadDestinations {
    private static final int ROUNDS = 8;
    private static final int CONNECTIONS = 50;
    private static final int GOOD = 97;
    private static final int DEAD = 97;
    private static final int TARPIT = 98;
    private static final int THROTTLE = 99;
    private static final Duration HEALED = Duration.ofMinutes(3);
    /** Until then the shaping file has been read again, and idle connections have ended. */
    private static final Duration SETTLED = Duration.ofSeconds(7);
    /**
     * Mail for the three hosts is retried soon, so that the check for lost mail need not wait long; this makes more
     * retries.
     */
    private static final Map<String, String> SOON = Map.of(
            "milena.retry.delays", "30s", "milena.delivery.suspend.first", "30s", "milena.delivery.suspend.max", "30s");

    /** The state of the three hosts. */
    private enum Others {
        GOOD("all good"),
        BAD("three bad"),
        SHAPED("three bad, shaped");

        private final String title;

        Others(String title) {
            this.title = title;
        }

        private String shaping() {
            return this == SHAPED ? "sites:\n  %s: {messages: 1/s}\n".formatted(Load.domain(THROTTLE)) : "sites: {}\n";
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

    private final PlatformProcess platform;
    private final Domains domains;
    private final Path shaping;
    private final int messages;
    private final Map<Others, List<Double>> speeds = new EnumMap<>(Others.class);

    private BadDestinations(PlatformProcess platform, Domains domains, Path shaping, int messages) {
        this.platform = platform;
        this.domains = domains;
        this.shaping = shaping;
        this.messages = messages;
    }

    static void measure(Path milena, int messages) throws IOException, InterruptedException {
        System.out.printf(
                "destinations: 100 domains with an MX host each; %s is dead, %s tarpits, %s takes 1 message/s; %,d messages in each row,%n"
                        + "%d connections submit; shaped: shaping.yaml has messages: 1/s for the last%n%n",
                Load.domain(DEAD), Load.domain(TARPIT), Load.domain(THROTTLE), messages, CONNECTIONS);
        var shaping = Files.createTempFile("milena-bench", ".yaml");
        Files.writeString(shaping, Others.GOOD.shaping());
        try (var domains = Domains.with(Others.GOOD::manner)) {
            var settings = new HashMap<>(domains.settings());
            settings.putAll(SOON);
            settings.put("milena.delivery.shaping", shaping.toString());
            try (var platform = PlatformProcess.start(milena, settings, List.of())) {
                domains.warmUp(Load.of(platform, Bench.SIZE), Bench.WARM_UP, CONNECTIONS);
                new BadDestinations(platform, domains, shaping, messages).run();
            }
        } finally {
            Files.delete(shaping);
        }
    }

    private void run() throws IOException, InterruptedException {
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
        for (int round = 0; round <= ROUNDS; round++) {
            // Each phase is first in turn, so that drift over time favours none.
            for (int i = 0; i < Others.values().length; i++) {
                var others = Others.values()[(round + i) % Others.values().length];
                double speed = phase(round, others);
                // The first round does not count: the compiler has not seen bad hosts before, and lags behind for all
                // of it.
                if (round > 0) {
                    speeds.computeIfAbsent(others, key -> new ArrayList<>()).add(speed);
                }
            }
        }
        for (var bad : List.of(Others.BAD, Others.SHAPED)) {
            var ratios = IntStream.range(0, ROUNDS)
                    .mapToDouble(round ->
                            speeds.get(bad).get(round) / speeds.get(Others.GOOD).get(round))
                    .sorted()
                    .toArray();
            System.out.printf(
                    "%s: %.3f of the speed of all good, median of %d rounds (%.3f to %.3f); by means %.3f%n",
                    bad.title,
                    (ratios[(ROUNDS - 1) / 2] + ratios[ROUNDS / 2]) / 2,
                    ROUNDS,
                    ratios[0],
                    ratios[ROUNDS - 1],
                    mean(speeds.get(bad)) / mean(speeds.get(Others.GOOD)));
        }
    }

    private double phase(int round, Others others) throws IOException, InterruptedException {
        domains.become(others::manner);
        Files.writeString(shaping, others.shaping());
        Thread.sleep(SETTLED);
        var ledger = new Ledger(messages);
        domains.noteIn(ledger);
        var cpu = platform.cpu();
        long start = System.nanoTime();
        Load.of(platform, Bench.SIZE).run(messages, CONNECTIONS, ledger);
        int expected = messages / Load.DOMAINS * GOOD + Math.min(messages % Load.DOMAINS, GOOD);
        ledger.awaitDelivered(expected, BadDestinations::isGood);
        cpu = platform.cpu().minus(cpu);
        var deliveries = ledger.deliveries(BadDestinations::isGood);
        double speed = deliveries.length * 1e9 / (deliveries[deliveries.length - 1] - start);
        double p99 = Ledger.percentile(ledger.toDelivered(), 0.99);
        int meanwhile = ledger.deliveredCount() - expected;
        int lost = awaitOthers(ledger);
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

    /**
     * Waits for mail that was kept from the three hosts, which are well now and as fast as any; mail that does not come
     * was lost.
     */
    private int awaitOthers(Ledger ledger) throws IOException, InterruptedException {
        Files.writeString(shaping, Others.GOOD.shaping());
        domains.become(Others.GOOD::manner);
        domains.noteIn(ledger);
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
