package io.milena.delivery.relay;

import io.milena.delivery.tls.TlsLevel;
import java.util.Optional;

/** One smart host. */
public interface HostSettings {
    /** Our user name there (AUTH). */
    Optional<String> username();

    /** Our password there. */
    Optional<String> password();

    /** File with that password, for mounted secrets. */
    Optional<String> passwordFile();

    /**
     * TLS level; default: {@code verify} with a password, otherwise the level that holds for every host. A password is
     * sent in clear with {@code off} only.
     */
    Optional<TlsLevel> tls();
}
