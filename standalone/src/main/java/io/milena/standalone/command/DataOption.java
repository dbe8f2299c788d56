package io.milena.standalone.command;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** A picocli mixin: the option for the data directory. */
final class DataOption {
    @Option(names = "--data", paramLabel = "DIR", description = "Where everything is kept (default: ./data).")
    private Path data = Path.of("data");

    /** The data directory as an absolute path. */
    Path path() {
        return data.toAbsolutePath().normalize();
    }
}
