package io.milena.standalone.split;

import io.milena.embedded.StartException;
import io.milena.standalone.platform.DataDirectory;
import io.milena.standalone.platform.PrivateFile;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The process of a part, known by its pid file: running or not, and started by this process or another. */
record PartProcess(DataDirectory data, String name) {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(45);

    /**
     * Starts the part in a session of its own, so that Ctrl-C in the terminal does not reach it, and waits until it is
     * ready.
     */
    void start(Part part) {
        if (handle().isPresent()) {
            throw new StartException(name + " runs already");
        }
        long logLength = logLength();
        var handle = spawn(part);
        long end = System.nanoTime() + START_LIMIT.toNanos();
        try {
            while (!isReady(part, logLength)) {
                if (!handle.isAlive()) {
                    Files.deleteIfExists(pidFile());
                    throw new StartException("%s ended while it started: %s (%s)"
                            .formatted(name, LastWords.of(logSince(logLength)), log()));
                }
                if (System.nanoTime() > end) {
                    throw new StartException(
                            "%s is not ready after %d s (%s)".formatted(name, START_LIMIT.toSeconds(), log()));
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while " + name + " started", e);
        }
    }

    /** Sends SIGTERM and waits, then SIGKILL after the limit. Does nothing if the process does not run. */
    void stop() {
        handle().ifPresent(handle -> {
            handle.destroy();
            try {
                handle.onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                handle.destroyForcibly();
                handle.onExit().join();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            Files.deleteIfExists(pidFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process number in the pid file; the process may have ended. */
    Optional<Long> recordedPid() {
        try {
            var text = Files.readString(pidFile()).strip();
            return text.matches("\\d{1,9}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The process, if it runs. */
    Optional<ProcessHandle> handle() {
        return recordedPid()
                .flatMap(ProcessHandle::of)
                .filter(ProcessHandle::isAlive)
                .filter(this::isPart);
    }

    Path log() {
        return data.log().resolve(name + ".log");
    }

    /** Whether the process is the part: the system may have given its number to another program. */
    private boolean isPart(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .contains(marker(data, name));
        } catch (IOException e) {
            return false;
        }
    }

    /** Text on the command line that distinguishes a part's process from all others. */
    static String marker(DataDirectory data, String name) {
        return "-Dmilena.part=" + name + "@" + data.root();
    }

    private ProcessHandle spawn(Part part) {
        var command = new ArrayList<String>(List.of("setsid"));
        command.addAll(part.command());
        try {
            var process = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
            PrivateFile.write(pidFile(), process.pid() + "\n");
            return process.toHandle();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isReady(Part part, long logLength) throws IOException, InterruptedException {
        return part.readyUrl().isPresent()
                ? answers(part.readyUrl().get())
                : logSince(logLength).lines().anyMatch(line -> line.endsWith(" is ready"));
    }

    private static boolean answers(String url) throws InterruptedException {
        try (var client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            var request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private long logLength() {
        try {
            return Files.exists(log()) ? Files.size(log()) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String logSince(long position) throws IOException {
        try (var log = Files.newByteChannel(log())) {
            log.position(position);
            var buffer = ByteBuffer.allocate((int) Math.min(1 << 20, Math.max(0, log.size() - position)));
            while (buffer.hasRemaining() && log.read(buffer) >= 0) {}
            return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
        }
    }

    private Path pidFile() {
        return data.run().resolve(name + ".pid");
    }
}
