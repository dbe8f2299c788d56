package io.milena.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The platform under test: {@code ./milena up} in a data directory of its own on free ports, all mail routed to the sink. */
final class PlatformProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final Process process;
    private final Path work;
    private final int port;
    private final String password;

    private PlatformProcess(Process process, Path work, int port, String password) {
        this.process = process;
        this.work = work;
        this.port = port;
        this.password = password;
    }

    static PlatformProcess start(Path milena, int sinkPort, boolean paused) throws IOException, InterruptedException {
        return start(milena, sinkPort, paused, List.of());
    }

    /** The same with more arguments for {@code ./milena up}. */
    static PlatformProcess start(Path milena, int sinkPort, boolean paused, List<String> arguments)
            throws IOException, InterruptedException {
        var work = Files.createTempDirectory("milena-bench");
        var ports = freePorts(10);
        Files.writeString(work.resolve("bench.properties"), """
                milena.hostname=mta.bench.test
                milena.smtp.host=127.0.0.1
                milena.smtp.ports=%d
                milena.smtp.tls-ports=%d
                quarkus.http.port=%d
                milena.standalone.kafka-port=%d
                milena.standalone.kafka-controller-port=%d
                milena.standalone.postgres-port=%d
                milena.split.auth-http-port=%d
                milena.split.ingest-http-port=%d
                milena.split.delivery-http-port=%d
                milena.split.bounce-http-port=%d
                milena.smtp.auth-requires-tls=false
                milena.smtp.connections-per-address=20000
                milena.delivery.routes=*=127.0.0.1:%d
                milena.delivery.paused=%s
                """.formatted(
                        ports.get(0),
                        ports.get(1),
                        ports.get(2),
                        ports.get(3),
                        ports.get(4),
                        ports.get(5),
                        ports.get(6),
                        ports.get(7),
                        ports.get(8),
                        ports.get(9),
                        sinkPort,
                        paused));
        var log = work.resolve("milena.log");
        var command = new ArrayList<>(List.of(milena.toString(), "up", "--live"));
        command.addAll(List.of("--data", work.resolve("data").toString()));
        command.addAll(List.of("--config", work.resolve("bench.properties").toString()));
        command.addAll(arguments);
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        awaitReady(process, log);
        var credentials = new ObjectMapper()
                .readTree(work.resolve("data/credentials.json").toFile());
        return new PlatformProcess(
                process,
                work,
                ports.getFirst(),
                credentials.at("/smtp/password").asText());
    }

    private static void awaitReady(Process process, Path log) throws IOException, InterruptedException {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (!Files.readString(log, StandardCharsets.UTF_8).contains("milena is ready")) {
            if (!process.isAlive() || System.nanoTime() - end > 0) {
                process.destroy();
                throw new IOException("the platform did not start:\n" + Files.readString(log));
            }
            Thread.sleep(100);
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }

    int port() {
        return port;
    }

    /** The process of one part of a split platform. */
    long pid(String part) throws IOException {
        return Long.parseLong(
                Files.readString(work.resolve("data/run/" + part + ".pid")).strip());
    }

    String password() {
        return password;
    }

    /** CPU time of the process and all that it started. */
    Duration cpu() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(handle -> handle.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (var files = Files.walk(work)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
