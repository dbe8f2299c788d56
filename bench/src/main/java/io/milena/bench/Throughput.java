package io.milena.bench;

import io.milena.testing.PlatformProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@code ./milena bench accept} and {@code relay}: messages a second and latencies of a platform that is one process. */
final class Throughput {
    private static final int MESSAGES = 20_000;

    private Throughput() {}

    static void measure(Path milena, boolean accept) throws IOException, InterruptedException {
        System.out.printf(
                "%s: standalone (one process, embedded broker and database, every append forced to disk), %d-octet messages,%n"
                        + "one recipient each in 100 domains, %s, generator and sink on the same cores%n%n",
                accept ? "accept" : "relay", Bench.SIZE, accept ? "delivery paused" : "all routed to one sink");
        System.out.printf(
                "%11s %10s %12s %14s %14s %15s %15s %10s %s%n",
                "connections",
                "accepted/s",
                "delivered/s",
                "dot→250 p50 ms",
                "dot→250 p99 ms",
                "250→dlvd p50 ms",
                "250→dlvd p99 ms",
                "CPU ms/msg",
                "duplicates");
        try (var sink = new Sink();
                var platform = PlatformProcess.start(milena, sink.port(), accept)) {
            var load = Load.of(platform, Bench.SIZE);
            measure(load, sink, platform, Bench.WARM_UP, 50, accept);
            for (int connections : List.of(20, 200)) {
                print(connections, measure(load, sink, platform, MESSAGES, connections, accept), accept);
            }
        }
    }

    private record Run(Ledger ledger, long start, Duration cpu, int messages) {}

    private static Run measure(
            Load load, Sink sink, PlatformProcess platform, int messages, int connections, boolean accept)
            throws IOException, InterruptedException {
        var ledger = new Ledger(messages);
        sink.noteIn(ledger);
        var cpu = platform.cpu();
        long start = System.nanoTime();
        load.run(messages, connections, ledger);
        if (!accept) {
            ledger.awaitDelivered(messages, message -> true);
        }
        return new Run(ledger, start, platform.cpu().minus(cpu), messages);
    }

    private static void print(int connections, Run run, boolean accept) {
        var ledger = run.ledger();
        var accepted = ledger.toAccepted();
        var delivered = ledger.toDelivered();
        System.out.printf(
                "%11d %10.0f %12s %14.1f %14.1f %15s %15s %10.3f %d%n",
                connections,
                run.messages() * 1e9 / (ledger.lastAccepted() - run.start()),
                accept ? "-" : "%.0f".formatted(run.messages() * 1e9 / (ledger.lastDelivered() - run.start())),
                Ledger.percentile(accepted, 0.5),
                Ledger.percentile(accepted, 0.99),
                accept ? "-" : "%.1f".formatted(Ledger.percentile(delivered, 0.5)),
                accept ? "-" : "%.1f".formatted(Ledger.percentile(delivered, 0.99)),
                run.cpu().toNanos() / 1e6 / run.messages(),
                ledger.duplicates());
    }
}
