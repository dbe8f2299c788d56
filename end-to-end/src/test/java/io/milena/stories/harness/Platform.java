package io.milena.stories.harness;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.milena.testing.FreePorts;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The standalone as a user runs it: a process of its own, on ports and a data directory of its own, which can be
 * terminated, killed and restarted. Starting blocks until it reports that it is ready. Confined to one thread.
 */
public final class Platform implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final String READY = "milena is ready";
    private static final int LOG_TAIL = 24 * 1024;
    private static final Set<Platform> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        // A run that ends, or is interrupted, leaves no process behind, PostgreSQL's included.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            RUNNING.forEach(platform -> platform.process.destroy());
            RUNNING.forEach(Platform::awaitEnd);
        }));
    }

    private final String name;
    private final Path directory;
    private final List<String> options;
    private final Map<String, String> config;
    private final PlatformPorts ports;
    private Process process;

    private Platform(
            String name, Path directory, List<String> options, Map<String, String> config, PlatformPorts ports) {
        this.name = name;
        this.directory = directory;
        this.options = options;
        this.config = config;
        this.ports = ports;
    }

    /** A platform with an empty data directory, not started yet; the directory is {@code target/name}. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** The running platforms, for the report of a failure. */
    public static Set<Platform> running() {
        return Set.copyOf(RUNNING);
    }

    /** Starts it, also after {@link #terminate()} or {@link #kill()}, and returns when it is ready. */
    public void start() {
        try {
            long before = Files.exists(log()) ? Files.size(log()) : 0;
            process = launch(command());
            RUNNING.add(this);
            await(name + " is ready")
                    .atMost(START_LIMIT)
                    .until(() -> !process.isAlive() || logFrom(before).contains(READY));
            if (!process.isAlive()) {
                throw new IllegalStateException(name + " ended while it started:\n" + logTail());
            }
        } catch (ConditionTimeoutException e) {
            abandon();
            awaitEnd();
            throw new IllegalStateException(name + " did not get ready:\n" + logTail(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> command() throws IOException {
        var file = directory.resolve("milena.properties");
        Files.writeString(
                file,
                config.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining("\n", "", "\n")));
        var command = java("up");
        command.addAll(options);
        command.addAll(List.of("--data", data().toString(), "--config", file.toString()));
        return command;
    }

    private static List<String> java(String argument) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xms64m", "-Xmx640m"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-jar", System.getProperty("milena.standalone")));
        command.add(argument);
        return command;
    }

    private Process launch(List<String> command) throws IOException {
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        // A short life on shared cores, also for the parts that it starts: little compiling, little collecting.
        builder.environment().put("JAVA_TOOL_OPTIONS", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1");
        return builder.start();
    }

    /** {@code ./milena start NAME}: restarts one part of a split platform, and returns when it is ready. */
    void startPart(String part) {
        try {
            var command = java("start");
            command.addAll(List.of(part, "--data", data().toString()));
            var starting = launch(command);
            if (starting.waitFor() != 0) {
                throw new IllegalStateException(part + " did not start:\n" + logTail());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** One part of a split platform. */
    public PlatformPart part(String part) {
        return new PlatformPart(this, part);
    }

    /** SIGTERM, and waits for the end. */
    public void terminate() {
        process.destroy();
        awaitEnd();
    }

    /** SIGKILL: no shutdown hook, no flush. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Parts outlive their supervising process if that is killed. */
    private void abandon() {
        if (options.contains("--split")) {
            process.destroy();
            process.onExit().join();
        } else {
            process.destroyForcibly();
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IllegalStateException(name + " did not end within " + STOP_LIMIT + " of SIGTERM");
            }
            RUNNING.remove(this);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public String name() {
        return name;
    }

    public Path data() {
        return directory.resolve("data");
    }

    public Path log() {
        return directory.resolve("platform.log");
    }

    /** Submission with STARTTLS. */
    public InetSocketAddress smtp() {
        return new InetSocketAddress("127.0.0.1", ports.smtp());
    }

    /** The second port, also with STARTTLS. */
    public InetSocketAddress submission() {
        return new InetSocketAddress("127.0.0.1", ports.submission());
    }

    /** Submission with TLS from the first octet. */
    public InetSocketAddress smtpTls() {
        return new InetSocketAddress("127.0.0.1", ports.smtpTls());
    }

    public URI http() {
        return URI.create("http://127.0.0.1:" + ports.http());
    }

    public String kafka() {
        return "127.0.0.1:" + ports.kafka();
    }

    /** Its self-signed certificate, for {@code milena.hostname} and localhost. */
    public Path certificate() {
        return data().resolve("tls").resolve("cert.pem").toAbsolutePath();
    }

    /** The credentials that the first start wrote for its user. */
    public Credentials credentials() {
        try {
            var json = new ObjectMapper().readTree(Files.readAllBytes(data().resolve("credentials.json")));
            return new Credentials(
                    json.at("/smtp/username").asText(),
                    json.at("/smtp/password").asText(),
                    json.at("/admin/url").asText(),
                    json.at("/admin/token").asText());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A client after EHLO, STARTTLS and AUTH with the first credential. */
    public SmtpClient client() throws IOException {
        var credentials = credentials();
        return client(credentials.username(), credentials.password());
    }

    /** Logged in. Until the directory has a new account, its mail is refused for the time being: waits for that. */
    public SmtpClient client(String username, String password) throws IOException {
        var client = SmtpClient.connect(smtp());
        client.ehlo();
        client.startTls();
        var answer = client.authPlain(username, password);
        if (answer.code() != 235) {
            client.close();
            throw new IllegalStateException("AUTH: " + answer + " (expected: 235)");
        }
        await().until(() -> {
            var refusedForNow = client.command("MAIL FROM:<>").code() == 451;
            client.command("RSET");
            return !refusedForNow;
        });
        return client;
    }

    /** Submits one message in a session of its own and returns its queue id. */
    public String submit(String reversePath, List<String> forwardPaths, byte[] content) throws IOException {
        try (var client = client()) {
            return client.send(reversePath, forwardPaths, content).queueId();
        }
    }

    public Api api() {
        return new Api(http(), credentials().adminToken());
    }

    /** The end of its log. */
    public String logTail() {
        try {
            return logFrom(Math.max(0, Files.size(log()) - LOG_TAIL));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String logFrom(long offset) throws IOException {
        try (var file = new RandomAccessFile(log().toFile(), "r")) {
            file.seek(offset);
            var bytes = new byte[(int) (file.length() - offset)];
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** Ends it if it runs; data and log stay for the examination of a failure. */
    @Override
    public void close() {
        if (process.isAlive()) {
            terminate();
        }
    }

    /** The content of {@code credentials.json}. */
    public record Credentials(String username, String password, String adminUrl, String adminToken) {}

    /** How to start a platform; settings that are not given here are a user's defaults. */
    public static final class Builder {
        private final String name;
        private final Map<String, String> config = new LinkedHashMap<>();
        private boolean live = true;
        private int deliveries;

        private Builder(String name) {
            this.name = name;
        }

        public Builder set(String key, String value) {
            config.put(key, value);
            return this;
        }

        /** Relays to the local postbox instead of the recipients' exchangers, as without {@code --live}. */
        public Builder toPostbox() {
            live = false;
            return this;
        }

        /** Every part is its own process, and there are that many of delivery. */
        public Builder split(int count) {
            deliveries = count;
            return this;
        }

        private List<String> options() {
            var options = new ArrayList<String>();
            if (live) {
                options.add("--live");
            }
            if (deliveries > 0) {
                options.addAll(List.of("--split", "--deliveries", Integer.toString(deliveries)));
            }
            return options;
        }

        private List<String> parts() {
            var parts = new ArrayList<String>();
            if (deliveries > 0) {
                parts.addAll(List.of("ingest", "bounce", "delivery"));
            }
            for (int i = 2; i <= deliveries; i++) {
                parts.add("delivery-" + i);
            }
            return parts;
        }

        public Platform start() {
            try {
                var directory = Path.of(System.getProperty("milena.build"), "stories-" + FreePorts.range(), name)
                        .toAbsolutePath();
                delete(directory);
                Files.createDirectories(directory);
                var ports = PlatformPorts.free(parts());
                var all = new TreeMap<>(ports.config());
                all.put("quarkus.log.console.level", "INFO");
                all.putAll(config);
                var platform = new Platform(name, directory, options(), all, ports);
                platform.start();
                return platform;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void delete(Path directory) throws IOException {
            if (!Files.exists(directory)) {
                return;
            }
            try (var files = Files.walk(directory)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
