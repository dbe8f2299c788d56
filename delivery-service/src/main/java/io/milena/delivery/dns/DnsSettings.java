package io.milena.delivery.dns;

import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Name resolution. */
public interface DnsSettings {
    /** DNS servers, {@code host} or {@code host:port}; default: the system's. */
    Optional<List<String>> servers();

    /** Longest time for which an answer is cached. */
    @WithDefault("1h")
    Duration maxTtl();

    /** Longest time for which a "does not exist" is cached (RFC 2308 §5). */
    @WithDefault("5m")
    Duration negativeTtl();

    /** Time for one look-up over all servers. */
    @WithDefault("10s")
    Duration timeout();

    /**
     * Whether DNSSEC proves answers, which DANE needs (RFC 7672): {@code validate} them here, or {@code trust} the AD
     * bit of validating servers that nobody else can impersonate.
     */
    @WithDefault("off")
    Dnssec dnssec();

    /** With {@code validate}: DS or DNSKEY records from which everything is proved; default: those of the root zone. */
    Optional<List<String>> trustAnchors();
}
