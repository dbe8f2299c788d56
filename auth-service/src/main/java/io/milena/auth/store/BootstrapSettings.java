package io.milena.auth.store;

import java.nio.file.Path;
import java.util.Optional;

/** {@code milena.bootstrap.*}: the settings that auth-service reads. */
public interface BootstrapSettings {
    /** API key of the account {@code default}, made when there is no account yet; 20 characters or more. */
    Optional<String> apiKey();

    /** A file that holds that key, for mounted secrets. */
    Optional<Path> apiKeyFile();
}
