package io.milena.ingest.tls;

import io.vertx.core.net.PemKeyCertOptions;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses the certificate for a client: that of the host that it asks for by name (SNI, RFC 6066 §3), or else our own.
 * Immutable.
 *
 * @param hosts certificates by host name in lower case; {@code *.example.com} is for every name one label longer
 */
public record HostCertificates(PemKeyCertOptions own, Map<String, PemKeyCertOptions> hosts) {
    public HostCertificates {
        hosts = Map.copyOf(hosts);
    }

    /** Whether there are certificates for several hosts. */
    public boolean severalHosts() {
        return !hosts.isEmpty();
    }

    Optional<PemKeyCertOptions> of(String name) {
        var host = name.toLowerCase(Locale.ROOT);
        int dot = host.indexOf('.');
        return Optional.ofNullable(hosts.get(host))
                .or(() -> Optional.ofNullable(dot < 0 ? null : hosts.get("*" + host.substring(dot))));
    }
}
