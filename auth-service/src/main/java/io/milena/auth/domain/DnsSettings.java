package io.milena.auth.domain;

import java.util.List;
import java.util.Optional;

/** {@code milena.dns.*} */
public interface DnsSettings {
    /** DNS servers, {@code host:port,…}; the system's where none is given. */
    Optional<List<String>> servers();
}
