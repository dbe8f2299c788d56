package io.milena.auth.store;

import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** {@code milena.bootstrap.*}: the settings that auth-service reads. */
public interface BootstrapSettings {
    /** API key of the account {@code default}, made when there is no account yet; 20 characters or more. */
    Optional<String> apiKey();

    /** A file that holds that key, for mounted secrets. */
    Optional<Path> apiKeyFile();

    /**
     * Whether that account may send from domains that it has not verified, and with any X-Milena-Tag: for a trial.
     * Accounts that are made later are not affected.
     */
    @WithDefault("false")
    boolean unrestricted();
}
