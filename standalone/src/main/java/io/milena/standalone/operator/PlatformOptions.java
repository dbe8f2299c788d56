package io.milena.standalone.operator;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A picocli mixin: the platform that a command calls, and whether the output is for a person or a program. */
public final class PlatformOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory of a platform on this machine (default: ./data).")
    Optional<Path> data = Optional.empty();

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "A platform elsewhere (or MILENA_URL); of delivery-service (keys: auth-service) where each has its own.")
    Optional<String> url = Optional.empty();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the admin token of that platform (or MILENA_TOKEN_FILE).")
    Optional<String> tokenFile = Optional.empty();

    @Option(names = "--json", description = "Answer in JSON, for programs.")
    boolean json;
}
