package io.milena.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;

/** {@code ./milena bench [accept|relay|idle|dkim]}: the figures of {@code docs/performance.md} and of the decisions. */
public final class Bench {
    private static final int SIZE = 2048;
    /** Until then the JIT compiler takes a good part of two cores, and its work, not ours, would be measured. */
    private static final int WARM_UP = 60_000;

    private static final int MESSAGES = 20_000;
    private static final Duration NO_PROGRESS = Duration.ofSeconds(60);

    private Bench() {}

    public static void main(String[] args) throws IOException, InterruptedException, GeneralSecurityException {
        var milena = Path.of(args[0]);
        var scenario = args.length > 1 ? args[1] : "relay";
        if (!List.of("accept", "relay", "idle", "dkim").contains(scenario)) {
            System.err.println("milena bench: no scenario '" + scenario + "' (expected: accept, relay, idle or dkim)");
            System.exit(2);
        }
        if (scenario.equals("dkim")) {
            DkimSpeed.measure();
            return;
        }
        if (scenario.equals("idle")) {
            IdleSessions.measure(milena);
            return;
        }
        boolean accept = scenario.equals("accept");
        System.out.printf(
                "%s: standalone (one process, embedded broker and database, every append forced to disk), %d-octet messages,%n"
                        + "one recipient each in 100 domains, %s, generator and sink on the same cores%n%n",
                scenario, SIZE, accept ? "delivery paused" : "all routed to one sink");
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
            var load = new Load(platform.port(), "apikey", platform.password(), SIZE);
            measure(load, sink, platform, WARM_UP, 50, accept);
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
            awaitDelivered(ledger, messages);
        }
        return new Run(ledger, start, platform.cpu().minus(cpu), messages);
    }

    private static void awaitDelivered(Ledger ledger, int messages) throws InterruptedException, IOException {
        int before = -1;
        long since = System.nanoTime();
        while (ledger.deliveredCount() < messages) {
            Thread.sleep(10);
            if (ledger.deliveredCount() != before) {
                before = ledger.deliveredCount();
                since = System.nanoTime();
            } else if (System.nanoTime() - since > NO_PROGRESS.toNanos()) {
                throw new IOException(
                        (messages - before) + " of " + messages + " accepted messages were not delivered");
            }
        }
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
