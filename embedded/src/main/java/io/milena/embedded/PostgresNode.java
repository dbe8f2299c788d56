package io.milena.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** PostgreSQL with a watching process of its own: {@code --dir DIR --port 5432 --password-file FILE}. */
public final class PostgresNode {
    private PostgresNode() {}

    public static void main(String... arguments) {
        NodeProcess.run("postgres", Duration.ofSeconds(40), () -> {
            var options = Options.parse(arguments);
            var password =
                    Files.readString(Path.of(options.get("password-file"))).strip();
            var postgres = EmbeddedPostgres.start(Path.of(options.get("dir")), options.number("port"), password);
            postgres.onExit(() -> {
                System.err.println("postgres: the server ended unexpectedly");
                Runtime.getRuntime().halt(1);
            });
            return postgres;
        });
    }
}
