package io.milena.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@code initdb}, {@code postgres} and {@code pg_ctl}. They refuse to run as root, so root becomes nobody in a
 * user namespace; outside of it the files stay root's.
 */
record PostgresCommands(Path programs, Path log) {
    private static final List<String> SETTINGS = List.of(
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=50",
            "shared_buffers=32MB",
            "max_wal_size=256MB",
            "password_encryption=scram-sha-256",
            "log_checkpoints=off",
            "timezone=UTC",
            "log_timezone=UTC",
            "jit=off");

    /**
     * Starts a command and ends it at once when this JVM dies in any way: then the pipe to the shell closes. SIGQUIT is
     * PostgreSQL's immediate shutdown.
     */
    private static final String WITH_US = """
            exec 3<&0
            "$@" 3<&- </dev/null &
            server=$!
            { cat; kill -QUIT $server; } <&3 >/dev/null 2>&1 &
            watch=$!
            exec 3<&-
            wait $server
            status=$?
            kill $watch 2>/dev/null
            exit $status
            """;

    void initialize(Path data, String owner, Path passwordFile) throws IOException {
        int status = run(List.of(
                program("initdb"),
                "--pgdata=" + data,
                "--username=" + owner,
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                "--no-instructions"));
        if (status != 0) {
            throw new StartException("PostgreSQL cannot create its database: " + lastLine());
        }
    }

    Process start(Path data, int port) throws IOException {
        var command =
                new ArrayList<>(List.of(program("postgres"), "-D", data.toString(), "-p", Integer.toString(port)));
        SETTINGS.forEach(setting -> command.addAll(List.of("-c", setting)));
        return builder(command, "sh", "-c", WITH_US, "postgres").start();
    }

    /** Rolls back open transactions and stops; if that takes too long, immediately. */
    void stop(Path data) {
        try {
            if (pgCtlStop(data, "fast") != 0) {
                pgCtlStop(data, "immediate");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String lastLine() {
        try {
            var lines = Files.readAllLines(log).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
            return lines.isEmpty() ? "it printed nothing" : lines.getLast().strip();
        } catch (IOException e) {
            return "see " + log;
        }
    }

    private int pgCtlStop(Path data, String mode) throws IOException {
        return run(List.of(program("pg_ctl"), "stop", "-D", data.toString(), "-m", mode, "-w", "-t", "20"));
    }

    private int run(List<String> command) throws IOException {
        var process = builder(command).start();
        try {
            return process.waitFor(2, TimeUnit.MINUTES) ? process.exitValue() : -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        } finally {
            process.destroy();
        }
    }

    private ProcessBuilder builder(List<String> command, String... wrapper) {
        var whole = new ArrayList<String>();
        // Ctrl-C in a terminal goes to the whole process group: the server must outlive its clients.
        whole.add("setsid");
        whole.addAll(List.of(wrapper));
        if (isRoot()) {
            whole.addAll(List.of("unshare", "--user"));
        }
        whole.addAll(command);
        var builder = new ProcessBuilder(whole);
        builder.environment().put("LC_ALL", "C");
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        return builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }

    private String program(String name) {
        return programs.resolve("bin").resolve(name).toString();
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
