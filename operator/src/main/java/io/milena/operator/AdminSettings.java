package io.milena.operator;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** {@code milena.bootstrap.*}: who the administrator is, the same for every service that has an interface for one. */
@ConfigMapping(prefix = "milena.bootstrap")
public interface AdminSettings {
    /** Bearer token of the REST API under {@code /v1}. Without it every such request is refused. */
    Optional<String> adminToken();

    /** The same as a file, for mounted secrets. */
    Optional<Path> adminTokenFile();
}
