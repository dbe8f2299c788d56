package io.milena.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The platform under test: {@code ./milena up} in a data directory of its own on free ports; it can be restarted on its
 * data. Its files are removed at the end, also after an interrupt. Confined to one thread.
 */
public final class PlatformProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final int LOG_TAIL = 8 * 1024;
    private static final List<String> PORTS = List.of(
            "milena.smtp.ports",
            "milena.smtp.tls-ports",
            "quarkus.http.port",
            "milena.standalone.postgres-port",
            "milena.split.auth-http-port",
            "milena.split.ingest-http-port",
            "milena.split.delivery-http-port",
            "milena.split.bounce-http-port");

    private final Path milena;
    private final Path work;
    private final List<String> arguments;
    private final Map<String, String> environment;
    private final Map<String, String> settings = new TreeMap<>();
    private final Thread atInterrupt = new Thread(this::end);
    private volatile boolean kept;
    private Process process;

    private PlatformProcess(Path milena, Path work, List<String> arguments, Map<String, String> environment) {
        this.milena = milena;
        this.work = work;
        this.arguments = arguments;
        this.environment = environment;
    }

    /** Routes all mail to one sink. */
    public static PlatformProcess start(Path milena, int sinkPort, boolean paused)
            throws IOException, InterruptedException {
        return start(
                milena,
                Map.of(
                        "milena.delivery.routes",
                        "*=127.0.0.1:" + sinkPort,
                        "milena.delivery.paused",
                        Boolean.toString(paused)),
                List.of());
    }

    /** Adds these settings to the ports, and further arguments to {@code ./milena up}. */
    public static PlatformProcess start(Path milena, Map<String, String> settings, List<String> arguments)
            throws IOException, InterruptedException {
        return start(milena, settings, arguments, Map.of());
    }

    /** Adds variables to the environment of the platform and its parts, too. */
    public static PlatformProcess start(
            Path milena, Map<String, String> settings, List<String> arguments, Map<String, String> environment)
            throws IOException, InterruptedException {
        return start(milena, settings, arguments, environment, data -> {});
    }

    /** Prepares a data directory before the platform starts on it. */
    public interface Preparation {
        void prepare(Path data) throws IOException, InterruptedException;
    }

    /** Calls {@code preparation} before the first start. */
    public static PlatformProcess start(
            Path milena,
            Map<String, String> settings,
            List<String> arguments,
            Map<String, String> environment,
            Preparation preparation)
            throws IOException, InterruptedException {
        var platform =
                new PlatformProcess(milena, Files.createTempDirectory("milena-under-test"), arguments, environment);
        platform.settings.putAll(Map.of(
                "milena.hostname", "mta.bench.test",
                "milena.smtp.host", "127.0.0.1",
                "milena.smtp.auth-requires-tls", "false",
                "milena.smtp.connections-per-address", "20000"));
        platform.settings.putAll(freePorts());
        platform.settings.putAll(settings);
        Runtime.getRuntime().addShutdownHook(platform.atInterrupt);
        try {
            preparation.prepare(platform.data());
            platform.launch();
        } catch (IOException | InterruptedException e) {
            platform.close();
            throw e;
        }
        return platform;
    }

    /** SIGTERM, and a start on its data with changed settings; returns how long the start took until ready. */
    public Duration restart(Map<String, String> changes) throws IOException, InterruptedException {
        terminate();
        settings.putAll(changes);
        return launch();
    }

    private Duration launch() throws IOException, InterruptedException {
        var file = work.resolve("under-test.properties");
        Files.writeString(
                file,
                settings.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining("\n", "", "\n")));
        var command = new ArrayList<>(List.of(milena.toString(), "up", "--live"));
        command.addAll(List.of("--data", data().toString(), "--config", file.toString()));
        command.addAll(arguments);
        long before = Files.exists(log()) ? Files.size(log()) : 0;
        long begin = System.nanoTime();
        process = run(command);
        while (!logFrom(before).contains("milena is ready") || !http().ready()) {
            if (!process.isAlive() || System.nanoTime() - begin > START_LIMIT.toNanos()) {
                throw new IOException("the platform did not start:\n" + logFrom(before));
            }
            Thread.sleep(100);
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private Process run(List<String> command) throws IOException {
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private String logFrom(long offset) throws IOException {
        try (var file = new RandomAccessFile(log().toFile(), "r")) {
            file.seek(offset);
            var octets = new byte[(int) (file.length() - offset)];
            file.readFully(octets);
            return new String(octets, StandardCharsets.UTF_8);
        }
    }

    private Path log() {
        return work.resolve("milena.log");
    }

    private static Map<String, String> freePorts() {
        var ports = new TreeMap<String, String>();
        for (var key : PORTS) {
            ports.put(key, Integer.toString(FreePorts.take()));
        }
        // Brokers 2 and 3 listen two and four above the first one; the controllers alike, in between.
        int first = FreePorts.take();
        FreePorts.take(5);
        ports.put("milena.standalone.kafka-port", Integer.toString(first));
        ports.put("milena.standalone.kafka-controller-port", Integer.toString(first + 1));
        return ports;
    }

    public Path data() {
        return work.resolve("data");
    }

    private boolean isSplit() {
        return arguments.contains("--split");
    }

    /** The HTTP port of the whole platform, or of delivery if that is a process of its own. */
    public HttpPort http() {
        return new HttpPort(
                Integer.parseInt(settings.get(isSplit() ? "milena.split.delivery-http-port" : "quarkus.http.port")));
    }

    /** The port for submission in clear or with STARTTLS. */
    public int smtpPort() {
        return Integer.parseInt(settings.get("milena.smtp.ports"));
    }

    /** The bootstrap servers of all brokers. */
    public String kafka() {
        int first = Integer.parseInt(settings.get("milena.standalone.kafka-port"));
        return IntStream.range(0, Files.exists(data().resolve("run/kafka-3.json")) ? 3 : 1)
                .mapToObj(node -> "127.0.0.1:" + (first + 2 * node))
                .collect(Collectors.joining(","));
    }

    /** {@code ./milena start NAME}: starts a part that ended, and returns when it is ready. */
    public void startPart(String part) throws IOException, InterruptedException {
        var starting = run(List.of(milena.toString(), "start", part, "--data", data().toString()));
        if (starting.waitFor() != 0) {
            throw new IOException(part + " did not start:\n" + logFrom(Math.max(0, Files.size(log()) - LOG_TAIL)));
        }
    }

    /** The process of one part of a split platform, as a victim of faults. */
    public PidFile pidFile(String part) {
        return new PidFile(data().resolve("run/" + part + ".pid"));
    }

    /** Leaves data and logs for an examination, and returns where they are. */
    public Path keepFiles() {
        kept = true;
        return work;
    }

    /** The credentials that the first start wrote for its user. */
    public JsonNode credentials() throws IOException {
        return new ObjectMapper().readTree(data().resolve("credentials.json").toFile());
    }

    /** The process of one part of a split platform. */
    public Jvm part(String part) throws IOException {
        return new Jvm(Long.parseLong(
                Files.readString(data().resolve("run/" + part + ".pid")).strip()));
    }

    /** The process of a platform that runs in one. */
    public Jvm jvm() {
        return new Jvm(process.pid());
    }

    /** CPU time of the process and all its children. */
    public Duration cpu() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(handle -> handle.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private void terminate() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        if (process != null) {
            terminate();
        }
        if (kept) {
            return;
        }
        try (var files = Files.walk(work)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            System.err.println("milena: " + work + " could not be removed: " + e.getMessage());
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
