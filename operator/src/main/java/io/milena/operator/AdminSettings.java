package io.milena.operator;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code milena.bootstrap.*}: the administrator's token, equal for every service with an interface for the
 * administrator.
 */
@ConfigMapping(prefix = "milena.bootstrap")
public interface AdminSettings {
    /** Bearer token of the REST API under {@code /v1}. Without it every such request is refused. */
    Optional<String> adminToken();

    /** File with the admin token, for mounted secrets. */
    Optional<Path> adminTokenFile();
}
