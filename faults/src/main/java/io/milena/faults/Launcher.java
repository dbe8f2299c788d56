package io.milena.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.milena.testing.PlatformProcess;
import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts the parts of a split platform again as {@code ./milena start} does, at less cost in CPU: without a JVM that
 * waits, with little compiling, and with the classes of each part in an archive that its first orderly end has written.
 * A service runs on a flat class path, since an archive holds classes of the application class loader only.
 * Thread-safe.
 */
final class Launcher {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int HTTP_LIMIT_MILLIS = 5_000;
    /** Octets of the log in which a part says that it is ready. */
    private static final long MOST_LOG = 1 << 20;

    private static final List<String> CHEAP = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-Xlog:disable",
            "-XX:+AutoCreateSharedArchive");

    private final PlatformProcess platform;
    private final Path archives;
    private final Clocks clocks;
    private final BrokerLinks links;
    private final Mutant mutant;
    private final String patch;
    private final List<Process> started = new ArrayList<>();
    private boolean closing;

    Launcher(PlatformProcess platform, Clocks clocks, BrokerLinks links, Mutant mutant, Path home) throws IOException {
        this.platform = platform;
        this.archives = Files.createDirectories(platform.data().resolveSibling("archives"));
        this.clocks = clocks;
        this.links = links;
        this.mutant = mutant;
        this.patch = mutant == Mutant.NONE
                ? ""
                : mutant.compile(home, platform.data().resolveSibling("mutant")) + ":";
        Runtime.getRuntime().addShutdownHook(new Thread(this::killAll));
    }

    /** A part ended before it was ready, or was not ready in time and was killed. */
    static final class EndedException extends Exception {
        EndedException(String message) {
            super(message);
        }
    }

    /**
     * A start of a part.
     *
     * @param kind {@code delivery} for {@code delivery-2}
     * @param length until it was ready
     * @param cpu its CPU time until then
     */
    record Start(String kind, Duration length, Duration cpu) {}

    /** Returns when the part is ready. */
    Start start(String name) throws IOException, InterruptedException, EndedException {
        var part =
                JSON.readTree(platform.data().resolve("run/" + name + ".json").toFile());
        var log = platform.data().resolve("log/" + name + ".log");
        long before = Files.exists(log) ? Files.size(log) : 0;
        var builder = new ProcessBuilder(command(name, part))
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(clocks.environment(name));
        long begin = System.nanoTime();
        var process = spawn(builder);
        Files.writeString(platform.data().resolve("run/" + name + ".pid"), process.pid() + "\n");
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (!isReady(part, log, before)) {
            if (!process.isAlive()) {
                throw new EndedException(name + " ended while it started; see " + log);
            }
            if (System.nanoTime() > end) {
                process.destroyForcibly();
                throw new EndedException(name + " is not ready after " + START_LIMIT.toSeconds() + " s; see " + log);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
        }
        return new Start(
                kind(name),
                Duration.ofNanos(System.nanoTime() - begin),
                process.info().totalCpuDuration().orElse(Duration.ZERO));
    }

    private static String kind(String name) {
        return name.replaceFirst("-\\d+$", "");
    }

    private synchronized Process spawn(ProcessBuilder builder) throws IOException {
        if (closing) {
            throw new IOException("interrupted");
        }
        var process = builder.start();
        started.removeIf(other -> !other.isAlive());
        started.add(process);
        return process;
    }

    /** At an interrupt, when nobody starts or ends parts in order any more. */
    private synchronized void killAll() {
        closing = true;
        started.forEach(Process::destroyForcibly);
    }

    private List<String> command(String name, JsonNode part) throws IOException {
        var given = new ArrayList<String>();
        part.get("command").forEach(word -> given.add(word.asText()));
        var command = new ArrayList<>(List.of("setsid", given.removeFirst()));
        command.addAll(CHEAP);
        command.add("-XX:SharedArchiveFile=" + archives.resolve(kind(name) + ".jsa"));
        int jar = given.indexOf("-jar");
        if (jar >= 0) {
            var app = Path.of(given.get(jar + 1)).getParent();
            command.addAll(given.subList(0, jar));
            // As the manifest of the jar asks for.
            for (var opened : List.of("java.lang", "java.nio", "jdk.internal.misc")) {
                command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
            }
            command.add("-cp");
            command.add((mutant.changes(kind(name)) ? patch : "")
                    + "%1$s/quarkus/*:%1$s/app/*:%1$s/lib/boot/*:%1$s/lib/main/*".formatted(app));
            command.add(mainClass(app));
            command.addAll(given.subList(jar + 2, given.size()));
        } else {
            command.addAll(links.on(name, given));
        }
        return command;
    }

    /** Behind a magic number and a version, as Quarkus's own start reads it. */
    private static String mainClass(Path app) throws IOException {
        try (var data = new DataInputStream(Files.newInputStream(app.resolve("quarkus/quarkus-application.dat")))) {
            data.readInt();
            data.readInt();
            return data.readUTF();
        }
    }

    private static boolean isReady(JsonNode part, Path log, long before) throws IOException {
        var url = part.path("readyUrl").asText("");
        return url.isEmpty() || url.equals("null") ? says(log, before) : answers(url);
    }

    private static boolean says(Path log, long before) throws IOException {
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            var octets = new byte[(int) Math.min(MOST_LOG, Math.max(0, file.length() - before))];
            file.seek(before);
            file.readFully(octets);
            return new String(octets, StandardCharsets.UTF_8).lines().anyMatch(line -> line.endsWith(" is ready"));
        }
    }

    private static boolean answers(String url) {
        try {
            var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setConnectTimeout(HTTP_LIMIT_MILLIS);
            connection.setReadTimeout(HTTP_LIMIT_MILLIS);
            try {
                return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
            } finally {
                connection.disconnect();
            }
        } catch (IOException notYet) {
            return false;
        }
    }
}
