package io.milena.delivery.relay;

import io.milena.delivery.tls.TlsLevel;
import java.util.Optional;

/** One smart host. */
public interface HostSettings {
    /** Who we are there (AUTH). */
    Optional<String> username();

    /** The password for that. */
    Optional<String> password();

    /** The same as a file, for mounted secrets. */
    Optional<String> passwordFile();

    /** How much of TLS; {@code verify} where there is a password, else as for every host. A password is sent in clear with {@code off} only. */
    Optional<TlsLevel> tls();
}
