package io.milena.bench;

import io.milena.testing.Jvm;
import io.milena.testing.PlatformProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * {@code ./milena bench scale}: how fast one, two and four replicas of delivery drain a backlog. They are warmed-up
 * processes of their own. The hosts hold back their final replies until the backlog is queued; the drain is measured
 * from their release.
 */
final class Replicas {
    private static final int PARTITIONS = 12;
    private static final int CONNECTIONS = 50;
    /** Messages for each new process. */
    private static final int WARM_UP = 20_000;
    /** Up and down again, since the machine drifts. */
    private static final List<Integer> COUNTS = List.of(1, 2, 4, 4, 2, 1);

    private static final List<Duration> DELAYS = List.of(Duration.ZERO, Duration.ofMillis(5));

    private final PlatformProcess platform;
    private final Domains domains;
    private final Gate gate;
    private final Load load;
    private final List<DeliveryReplica> further = new ArrayList<>();

    private record Row(int replicas, Duration delay) {}

    private Replicas(PlatformProcess platform, Domains domains, Gate gate) throws IOException {
        this.platform = platform;
        this.domains = domains;
        this.gate = gate;
        this.load = Load.of(platform, Bench.SIZE);
    }

    static void measure(Path milena, int messages) throws IOException, InterruptedException {
        System.out.printf(
                "scale: every part a process of its own, %d partitions, %,d messages of %d octets in 100 domains with an MX host each;%n"
                        + "a backlog is drained, by hosts that take each message at once or after 5 ms%n%n",
                PARTITIONS, messages, Bench.SIZE);
        var gate = new Gate();
        try (var domains = Domains.with(domain -> Optional.of(gate))) {
            var settings = new HashMap<>(domains.settings());
            settings.put("milena.kafka.partitions", Integer.toString(PARTITIONS));
            try (var platform = PlatformProcess.start(milena, settings, List.of("--split"))) {
                new Replicas(platform, domains, gate).measure(messages);
            }
        }
    }

    private void measure(int messages) throws IOException, InterruptedException {
        System.out.printf(
                "%8s %6s %12s %18s %18s %12s %10s%n",
                "replicas", "delay", "messages/s", "the first 90 %", "delivery CPU ms/msg", "all CPU", "duplicates");
        var speeds = new HashMap<Row, List<Double>>();
        try {
            domains.warmUp(load, 2 * WARM_UP, CONNECTIONS);
            for (int count : COUNTS) {
                resize(count);
                for (var delay : DELAYS) {
                    speeds.computeIfAbsent(new Row(count, delay), key -> new ArrayList<>())
                            .add(row(count, delay, messages));
                }
            }
        } finally {
            resize(1);
        }
        System.out.println();
        for (var delay : DELAYS) {
            double one = mean(speeds.get(new Row(1, delay)));
            for (int count : List.of(2, 4)) {
                System.out.printf(
                        "delay %d ms: %d replicas drain at %.2f of the speed of one%n",
                        delay.toMillis(), count, mean(speeds.get(new Row(count, delay))) / one);
            }
        }
    }

    /** The first replica is the platform's own. */
    private void resize(int count) throws IOException, InterruptedException {
        while (further.size() + 1 > count) {
            further.removeLast().close();
        }
        int before = further.size();
        while (further.size() + 1 < count) {
            further.add(DeliveryReplica.start(platform.data(), further.size() + 2));
        }
        if (further.size() > before) {
            domains.warmUp(load, WARM_UP * count, CONNECTIONS);
        }
    }

    private double row(int count, Duration delay, int messages) throws IOException, InterruptedException {
        var ledger = new Ledger(messages);
        domains.noteIn(ledger);
        gate.shut();
        load.run(messages, CONNECTIONS, ledger);
        var delivery = deliveryCpu();
        var all = allCpu();
        long start = System.nanoTime();
        gate.open(delay);
        ledger.awaitDelivered(messages, message -> true);
        var deliveries = ledger.deliveries(message -> true);
        double speed = messages * 1e9 / (deliveries[messages - 1] - start);
        int most = messages / 10 * 9;
        System.out.printf(
                "%8d %4dms %12.0f %18.0f %18.3f %11.0f%% %10d%n",
                count,
                delay.toMillis(),
                speed,
                most * 1e9 / (deliveries[most - 1] - start),
                (deliveryCpu().minus(delivery)).toNanos() / 1e6 / messages,
                100.0 * allCpu().minus(all).toNanos() / (deliveries[messages - 1] - start),
                ledger.duplicates());
        return speed;
    }

    private Duration deliveryCpu() throws IOException {
        var sum = platform.part("delivery").cpu();
        for (var replica : further) {
            sum = sum.plus(replica.jvm().cpu());
        }
        return sum;
    }

    /** Of the brokers, of delivery, and of the hosts, which run in this process. */
    private Duration allCpu() throws IOException {
        return deliveryCpu()
                .plus(platform.part("kafka-1").cpu())
                .plus(new Jvm(ProcessHandle.current().pid()).cpu());
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(value -> value).average().orElseThrow();
    }
}
