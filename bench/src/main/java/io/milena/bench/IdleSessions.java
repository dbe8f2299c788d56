package io.milena.bench;

import io.milena.testing.Jvm;
import io.milena.testing.PlatformProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code ./milena bench idle}: how much idle sessions, which say only EHLO, cost working ones. Ingest is a process of
 * its own; a client submits with and without them, several times in alternation, since the machine's speed drifts.
 */
final class IdleSessions implements AutoCloseable {
    private static final int SESSIONS = 10_000;
    /** Below 100, the default limit for one client's address. */
    private static final int PER_ADDRESS = 90;

    private static final int ROUNDS = 8;
    private static final int WARM_UP = 60_000;
    private static final int SIZE = 2048;

    /** Connections of the working client, and its messages in each round. */
    private record Work(int connections, int messages) {}

    private static final List<Work> WORK = List.of(new Work(1, 1_500), new Work(20, 10_000));

    private final List<Socket> sockets = new ArrayList<>();

    private IdleSessions() {}

    static void measure(Path milena) throws IOException, InterruptedException {
        try (var platform =
                PlatformProcess.start(milena, Map.of("milena.delivery.paused", "true"), List.of("--split"))) {
            var ingest = platform.part("ingest");
            var load = Load.of(platform, SIZE);
            load.run(WARM_UP, 20, new Ledger(WARM_UP));
            System.out.printf(
                    "%,d idle sessions; MAIL to the 250 of the content, ms; ingest: %s%n",
                    SESSIONS, flags(ingest.pid()));
            System.out.printf("without them: live heap %s%n", memory(ingest));
            System.out.printf(
                    "%6s %12s %6s %8s %8s %11s%n", "round", "connections", "idle", "p50", "p99", "messages/s");
            var alone = new TreeMap<Integer, List<Double>>();
            var beside = new TreeMap<Integer, List<Double>>();
            for (int round = 1; round <= ROUNDS; round++) {
                // The machine drifts, and the second run is better warmed up: they alternate.
                boolean aloneFirst = round % 2 == 1;
                if (aloneFirst) {
                    rows(load, round, 0, alone);
                }
                try (var idle = new IdleSessions()) {
                    idle.open(load.port());
                    rows(load, round, SESSIONS, beside);
                    idle.requireAllThere();
                    if (round == ROUNDS) {
                        System.out.printf("with them: live heap %s%n", memory(ingest));
                    }
                }
                if (!aloneFirst) {
                    rows(load, round, 0, alone);
                }
            }
            alone.forEach((connections, p99) -> System.out.printf(
                    "%d connections: median p99 %.2f without, %.2f with them, ratio %.2f%n",
                    connections,
                    median(p99),
                    median(beside.get(connections)),
                    median(beside.get(connections)) / median(p99)));
        }
    }

    private static void rows(Load load, int round, int idle, Map<Integer, List<Double>> p99s)
            throws IOException, InterruptedException {
        for (var work : WORK) {
            var ledger = new Ledger(work.messages());
            long begin = System.nanoTime();
            load.run(work.messages(), work.connections(), ledger);
            var spans = ledger.wholeTransactions();
            double p99 = Ledger.percentile(spans, 0.99);
            p99s.computeIfAbsent(work.connections(), key -> new ArrayList<>()).add(p99);
            System.out.printf(
                    "%6d %12d %6d %8.2f %8.2f %11.0f%n",
                    round,
                    work.connections(),
                    idle,
                    Ledger.percentile(spans, 0.5),
                    p99,
                    work.messages() * 1e9 / (ledger.lastAccepted() - begin));
        }
    }

    private static double median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }

    private static String memory(Jvm jvm) throws IOException, InterruptedException {
        return "%.1f MiB, resident %d MiB".formatted(jvm.liveHeap(), jvm.resident());
    }

    private void open(int port) throws IOException {
        for (int i = 0; i < SESSIONS; i++) {
            int address = i / PER_ADDRESS;
            var socket = new Socket();
            sockets.add(socket);
            // Closed by RST: otherwise 10,000 ports in TIME-WAIT would block the next run.
            socket.setSoLinger(true, 0);
            socket.bind(new InetSocketAddress(
                    InetAddress.getByAddress(new byte[] {127, 1, (byte) (address / 200), (byte) (address % 200 + 1)}),
                    0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
            socket.setSoTimeout(10_000);
            say(socket, "EHLO idle.test\r\n", 2);
        }
    }

    /** Sends a line and reads that many replies; the greeting counts as one. */
    private static void say(Socket socket, String line, int replies) throws IOException {
        socket.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
        var in = socket.getInputStream();
        var octets = new byte[2048];
        int length = 0;
        while (true) {
            int count = in.read(octets, length, octets.length - length);
            if (count < 0) {
                throw new IOException("an idle session was closed");
            }
            length += count;
            var said = new String(octets, 0, length, StandardCharsets.US_ASCII);
            long whole = said.endsWith("\r\n")
                    ? said.lines()
                            .filter(text -> text.startsWith("2") && text.charAt(3) == ' ')
                            .count()
                    : 0;
            if (whole >= replies) {
                return;
            }
        }
    }

    private void requireAllThere() throws IOException {
        for (var socket : sockets) {
            say(socket, "NOOP\r\n", 1);
        }
    }

    private static String flags(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().arguments())
                .map(arguments -> String.join(
                        " ",
                        List.of(arguments).stream()
                                .filter(flag -> flag.startsWith("-Xm"))
                                .toList()))
                .orElse("?");
    }

    @Override
    public void close() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
    }
}
