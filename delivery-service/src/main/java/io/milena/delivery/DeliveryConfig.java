package io.milena.delivery;

import io.milena.delivery.content.DkimSettings;
import io.milena.delivery.dns.DnsSettings;
import io.milena.delivery.outbound.OutboundSettings;
import io.milena.delivery.relay.HostSettings;
import io.milena.delivery.site.SuspendSettings;
import io.milena.delivery.tls.TlsLevel;
import io.milena.topics.KeyEncryptionSettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code milena.*}, as far as delivery-service reads it. */
@ConfigMapping(prefix = "milena")
public interface DeliveryConfig {
    /** This host's name, in EHLO and in outcomes. Remotes expect that it resolves to the address they see. */
    @WithDefault("localhost")
    String hostname();

    /**
     * A name that stays with this replica over restarts, e.g. its pod's, so that it takes its partitions back at once.
     * Without it each start is a new replica.
     */
    Optional<String> instance();

    /** Domain of the VERP return addresses; without it the reverse-path stays the sender's own. */
    Optional<String> returnDomain();

    /** Secret of at least 16 characters that signs return addresses; one value for ingest, delivery and bounce. */
    Optional<String> returnSecret();

    DnsSettings dns();

    DkimSettings dkim();

    KeyEncryptionSettings keys();

    Delivery delivery();

    /** Relaying. */
    interface Delivery extends OutboundSettings {
        /** The port of remote MX hosts; other than 25 only for tests. */
        @WithDefault("25")
        int remotePort();

        /** CIDRs to which mail may be relayed although they are loopback, private, link-local or otherwise special. */
        Optional<List<String>> allowedNetworks();

        /**
         * CIDRs to which MTA-STS policies are asked for and TLS reports are posted although they are special. Set only
         * in a laboratory: strangers choose these hosts by DNS, so leave it unset in production.
         */
        Optional<List<String>> webNetworks();

        /**
         * Routes other than the domain's MX hosts, {@code SELECTOR=TARGET}. SELECTOR is a domain, the domains below one
         * ({@code .example.com}), an account ({@code account:ID}), a header tag ({@code tag:NAME}, from X-Milena-Tag)
         * or {@code *}; TARGET is {@code HOST:PORT}, {@code smtps://HOST}, {@code lmtp://HOST:PORT}, several of them
         * with {@code |} between, {@code mx} or {@code discard}.
         */
        Optional<List<String>> routes();

        /** The egress sources, by the names that pools and outcomes use. */
        Map<String, Source> sources();

        /** Sources that share mail, {@code SOURCE=WEIGHT,…}; without a weight it is 1. */
        Map<String, String> pools();

        /**
         * The pool of all mail without another one. Without it such mail leaves from an address that the system
         * chooses, in the name of {@code milena.hostname}.
         */
        Optional<String> pool();

        /** Other pools, {@code account:ID=POOL} or {@code tag:NAME=POOL} (from X-Milena-Tag); the tag goes before the account. */
        Optional<List<String>> poolOf();

        /** Settings of single smart hosts, by name. */
        Map<String, HostSettings> hosts();

        Tls tls();

        TlsReports tlsReports();

        /** YAML file of limits, laid over the one we ship; a change takes effect within seconds. See shaping.md. */
        Optional<Path> shaping();

        Timeout timeout();

        SuspendSettings suspend();
    }

    /** One egress source. */
    interface Source {
        /**
         * The addresses that it sends from, at most one of each family. With {@code haproxy} these are the proxy's;
         * with {@code socks5} there are none.
         */
        Optional<List<String>> address();

        /** Its name in EHLO; default: {@code milena.hostname}. */
        Optional<String> hostname();

        /**
         * The proxy that it connects over: {@code socks5://HOST:PORT}, or {@code haproxy://HOST:PORT}, which gets a
         * PROXY header. Default: none.
         */
        Optional<String> proxy();

        /** Our user name at a SOCKS5 proxy. */
        Optional<String> proxyUsername();

        /** Our password at a SOCKS5 proxy; it is sent in clear. */
        Optional<String> proxyPassword();

        /** File with that password, for mounted secrets. */
        Optional<String> proxyPasswordFile();

        /** Most messages an hour, over all replicas, on the first days: {@code 2026-11-24: 50, 100, 200}. */
        Optional<String> warmUp();
    }

    /** How connections to remote hosts are secured. */
    interface Tls {
        /**
         * {@code off}, {@code opportunistic}, {@code require} or {@code verify}, unless a key below, an account or the
         * recipient's domain asks for more.
         */
        @WithDefault("opportunistic")
        TlsLevel level();

        /** TLS levels of single recipient domains. */
        Map<String, TlsLevel> domains();

        /** PEM file of root certificates that are trusted beside the JDK's. */
        Optional<String> trustedCertificates();

        /** Whether MTA-STS policies of domains are looked up and obeyed (RFC 8461). */
        @WithDefault("true")
        boolean mtaSts();

        /** The port that policies are fetched from; other than 443 only for tests. */
        @WithDefault("443")
        int mtaStsPort();

        /**
         * How long a host whose TLS did not work is used in clear at once, where that is allowed, before TLS is tried
         * again.
         */
        @WithDefault("1h")
        Duration brokenRest();
    }

    /** Reports to domains that ask for them (RFC 8460). */
    interface TlsReports {
        /** Whether connections are counted and reported; never while the domain of the contact is a name without a dot. */
        @WithDefault("true")
        boolean enabled();

        /** Our name in reports; default: the hostname. */
        Optional<String> organization();

        /**
         * Address for questions about reports, and their From: field; its domain's DKIM key signs them. Default:
         * postmaster at the hostname.
         */
        Optional<String> contact();
    }

    /** RFC 5321 §4.5.3.2. */
    interface Timeout {
        /** TCP connect, for each address. */
        @WithDefault("30s")
        Duration connect();

        /** The 220 greeting (§4.5.3.2.1). */
        @WithDefault("5m")
        Duration greeting();

        /** EHLO, MAIL, RCPT, STARTTLS and the like (§4.5.3.2.2, .3). */
        @WithDefault("5m")
        Duration command();

        /**
         * The reply to DATA (2 minutes by §4.5.3.2.4) and each block of content (3 by §4.5.3.2.5): one setting for
         * both.
         */
        @WithDefault("3m")
        Duration data();

        /** The reply to the final dot (§4.5.3.2.6). If it is too short, messages are sent twice. */
        @WithDefault("10m")
        Duration finalDot();

        /**
         * All of one message to one host, from the connection on, so that a host that is slow at every step frees the
         * connection in the end.
         */
        @WithDefault("1h")
        Duration attempt();
    }
}
