package io.milena.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL server as a child process of this JVM: durable (fsync), on loopback, with a password. It ends when its
 * JVM is killed; if it does not, the next start on its directory stops it first. Starting blocks for a second, the
 * first time in a directory for two, and a user's first time for four.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    /** Name of the database and of its owner. */
    public static final String NAME = "milena";

    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final PostgresCommands commands;
    private final Path data;
    private final int port;
    private final String password;
    private final Process server;
    private volatile boolean closing;

    private EmbeddedPostgres(PostgresCommands commands, Path data, int port, String password, Process server) {
        this.commands = commands;
        this.data = data;
        this.port = port;
        this.password = password;
        this.server = server;
    }

    /** Starts the server. The first start in a directory sets the password; later ones must use it. */
    public static EmbeddedPostgres start(Path dir, int port, String password) {
        try {
            var root = Files.createDirectories(dir.toAbsolutePath());
            var commands = new PostgresCommands(PostgresBinaries.here().unpacked(root), root.resolve("server.log"));
            var data = root.resolve("data");
            stopOrphan(commands, data);
            Ports.requireFree("127.0.0.1", port, "PostgreSQL");
            if (!Files.exists(data)) {
                makeCluster(commands, root, password);
            }
            var postgres = new EmbeddedPostgres(commands, data, port, password, commands.start(data, port));
            postgres.awaitReady();
            return postgres;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String jdbcUrl() {
        return url(NAME);
    }

    public String user() {
        return NAME;
    }

    /** The process id of the server itself. */
    public long pid() {
        try {
            return Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the action if the server ends without {@link #close()}. */
    public void onExit(Runnable action) {
        server.onExit().thenRun(() -> {
            if (!closing) {
                action.run();
            }
        });
    }

    @Override
    public void close() {
        closing = true;
        commands.stop(data);
        try {
            if (!server.waitFor(5, TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops a server whose JVM was killed: it still holds the directory and the port, with old settings. */
    private static void stopOrphan(PostgresCommands commands, Path data) throws IOException {
        var pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        var first = Files.readAllLines(pidFile).stream().findFirst().orElse("");
        Optional<ProcessHandle> process =
                first.matches("\\d{1,9}") ? ProcessHandle.of(Long.parseLong(first)) : Optional.empty();
        if (process.isEmpty()) {
            return;
        }
        if (isServerOf(process.get(), data)) {
            commands.stop(data);
        } else {
            // The number belongs to another program by now; the server would refuse to start because of it.
            Files.delete(pidFile);
        }
    }

    private static boolean isServerOf(ProcessHandle process, Path data) {
        try {
            var commandLine = Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
            return commandLine.contains("postgres") && commandLine.contains(data.toString());
        } catch (IOException e) {
            return false;
        }
    }

    private static void makeCluster(PostgresCommands commands, Path root, String password) throws IOException {
        var unfinished = root.resolve("data.new");
        Directories.delete(unfinished);
        var secret = Files.createTempFile(
                root, "secret", "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(secret, password);
            commands.initialize(unfinished, NAME, secret);
        } finally {
            Files.delete(secret);
        }
        Files.move(unfinished, root.resolve("data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private void awaitReady() {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        SQLException last = null;
        try {
            while (server.isAlive() && System.nanoTime() < end) {
                try (var connection = connect("postgres")) {
                    makeDatabase(connection);
                    return;
                } catch (SQLException e) {
                    last = e;
                    // Class 28 is a wrong password; retrying does not help.
                    if (e.getSQLState() != null && e.getSQLState().startsWith("28")) {
                        break;
                    }
                    server.waitFor(50, TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean ended = !server.isAlive();
        close();
        throw new StartException(
                ended
                        ? "PostgreSQL ended while starting: " + commands.lastLine()
                        : "PostgreSQL does not answer on port %d: %s"
                                .formatted(port, last == null ? "interrupted" : last.getMessage()),
                last);
    }

    private static void makeDatabase(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var found = statement.executeQuery("select 1 from pg_database where datname = '" + NAME + "'")) {
            if (found.next()) {
                return;
            }
        }
        try (var statement = connection.createStatement()) {
            statement.execute("create database " + NAME);
        }
    }

    private Connection connect(String database) throws SQLException {
        var source = new PGSimpleDataSource();
        source.setURL(url(database));
        source.setUser(NAME);
        source.setPassword(password);
        source.setConnectTimeout(5);
        return source.getConnection();
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }
}
