package io.milena.service;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** {@code milena.metrics.*}: who may read the figures of a process. */
@ConfigMapping(prefix = "milena.metrics")
public interface MetricsSettings {
    /** Bearer token of {@code /q/metrics}, for Prometheus; without it whoever reaches the HTTP port may read them. */
    Optional<String> token();

    /** File with that token, for mounted secrets. */
    Optional<Path> tokenFile();
}
