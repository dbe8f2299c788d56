package io.milena.delivery.dns;

import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Name resolution. */
public interface DnsSettings {
    /** Resolvers, {@code host} or {@code host:port}; none: the system's. */
    Optional<List<String>> servers();

    /** No answer is believed for longer. */
    @WithDefault("1h")
    Duration maxTtl();

    /** No "does not exist" is believed for longer (RFC 2308 §5). */
    @WithDefault("5m")
    Duration negativeTtl();

    /** For one look-up over all servers. */
    @WithDefault("10s")
    Duration timeout();

    /**
     * Whether answers are proved by DNSSEC, so that DANE can be (RFC 7672): {@code validate} them here, or {@code trust} the AD bit of servers
     * that validate and that nobody else can speak for.
     */
    @WithDefault("off")
    Dnssec dnssec();

    /** With {@code validate}: DS or DNSKEY records that everything is proved from; none: those of the root zone. */
    Optional<List<String>> trustAnchors();
}
