package io.milena.ingest;

import io.milena.ingest.tls.TlsSettings;
import io.milena.smtp.ContentDecoder.BareNewline;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code milena.*}: the settings of ingest-service. */
@ConfigMapping(prefix = "milena")
public interface IngestSettings {
    /** This host's name in the greeting, in Received and in Message-IDs; by default the system's. */
    Optional<String> hostname();

    /** Domain of the return addresses that the platform issues; without it mail is taken after AUTH only. */
    Optional<String> returnDomain();

    /** Secret of the return addresses, 16 characters or more; every service needs one and the same. */
    Optional<String> returnSecret();

    Smtp smtp();

    Ingest ingest();

    TlsSettings tls();

    Auth auth();

    Oidc oidc();

    interface Smtp {
        /** Address to listen on. */
        @WithDefault("0.0.0.0")
        String host();

        /** Ports in clear, where STARTTLS is offered. */
        @WithDefault("2525,2587")
        List<Integer> ports();

        /** Ports with TLS from the first octet (RFC 8314 §3.3). */
        @WithDefault("2465")
        Optional<List<Integer>> tlsPorts();

        /** Largest content in octets, told in SIZE (RFC 1870). */
        @WithDefault("30M")
        MemorySize maxMessageSize();

        /** Forward-paths of one transaction (RFC 5321 §4.5.3.1.8: 100 or more). */
        @WithDefault("1000")
        int maxRecipients();

        Proxy proxy();

        /**
         * Ports in clear where the greeting is delayed: a client that sends before the greeting does not speak SMTP,
         * and is disconnected. Not for ports that applications use.
         */
        @WithDefault("25")
        Optional<List<Integer>> screenedPorts();

        /** Delay of the greeting on those ports. */
        @WithDefault("300ms")
        Duration screeningDelay();

        /** Open connections from one address, with IPv6 from one /64; more get 421. */
        @WithDefault("100")
        int connectionsPerAddress();

        /** Open connections in all; more get 421. While nine in ten are taken, idle clients are closed after 10 s. */
        @WithDefault("20000")
        int connections();

        /** Messages to one return address in an hour, at one replica; more get 451. */
        @WithDefault("100")
        int returnsPerAddress();

        /**
         * Messages to return addresses from one client (with IPv6 from one /64) in an hour, at one replica; more get
         * 451.
         */
        @WithDefault("5000")
        int returnsPerClient();

        /** Permanent (5yz) replies of a session since its last message; one more closes it with 421. */
        @WithDefault("20")
        int maxErrors();

        /**
         * Commands of a session that lead to no message (NOOP, RSET, EHLO, VRFY …) since its last one; one more closes
         * it with 421.
         */
        @WithDefault("100")
        int maxJunkCommands();

        /**
         * Lowest average rate of content, in octets a second, once it has taken as long as the command timeout (a
         * minute while the server is busy). Time in which the server does not read is left out.
         */
        @WithDefault("100")
        int minDataRate();

        /** Whether AUTH is allowed under TLS only: anybody on the way can read a secret in clear. */
        @WithDefault("true")
        boolean authRequiresTls();

        /**
         * AUTH in clear too for clients on this machine, for a first look; {@code ./milena up} without {@code --live} sets
         * it.
         */
        @WithDefault("false")
        boolean authInClearFromLoopback();

        /**
         * Ports of {@code milena.smtp.ports} that do not announce STARTTLS to clients on this machine, though they take
         * it: many clients use it wherever it is announced, and refuse a self-signed certificate. {@code ./milena up}
         * without {@code --live} sets 2587.
         */
        Optional<List<Integer>> unannouncedStarttlsPorts();

        /**
         * Mechanisms of AUTH, in this order, each where the connection permits it: EXTERNAL with a client's
         * certificate, -PLUS under TLS 1.3, OAUTHBEARER and XOAUTH2 with an identity provider.
         */
        @WithDefault("EXTERNAL,SCRAM-SHA-256-PLUS,SCRAM-SHA-256,PLAIN,LOGIN,OAUTHBEARER,XOAUTH2")
        List<String> mechanisms();

        /**
         * How long a client may take for a command, and be silent while its content comes (RFC 5321 §4.5.3.2.7: at
         * least 5 minutes).
         */
        @WithDefault("5m")
        Duration commandTimeout();

        /**
         * How long the answer to a first failed AUTH from an address, or for a user name, waits; it doubles with each,
         * up to 5 s.
         */
        @WithDefault("100ms")
        Duration authFailureDelay();

        /** How long transactions under way may take to finish at shutdown. */
        @WithDefault("10s")
        Duration shutdownGrace();
    }

    /** {@code milena.smtp.proxy.*} */
    interface Proxy {
        /**
         * Further ports in clear, for load balancers: each connection begins with a PROXY header, version 1 or 2, which
         * names the client's address.
         */
        Optional<List<Integer>> ports();

        /** Further ports for load balancers, with TLS behind the PROXY header. */
        Optional<List<Integer>> tlsPorts();

        /**
         * CIDRs of the load balancers; connections from other addresses to those ports are closed. The ports belong
         * behind a firewall all the same.
         */
        Optional<List<String>> peers();
    }

    interface Ingest {
        /** Treatment of a CR or LF that stands alone: it becomes CRLF, or the message is refused. */
        @WithDefault("normalize")
        BareNewline bareNewline();

        /**
         * Content up to this size travels in the message's record (less if recipients are in many domains); a larger
         * body travels in chunks of this size. Below the broker's 1 MiB.
         */
        @WithDefault("256K")
        MemorySize inlineLimit();

        /**
         * Largest content in memory over all sessions, until the broker has acknowledged it; while it is used up,
         * sockets are not read.
         */
        @WithDefault("64M")
        MemorySize memory();
    }

    /** {@code milena.oidc.*} */
    interface Oidc {
        /** URL of the identity provider whose access tokens log in; auth-service verifies them. */
        Optional<String> issuer();
    }

    interface Auth {
        /** URL of auth-service. */
        @WithDefault("http://127.0.0.1:8080")
        String url();

        /** The token that ingest presents to auth-service. */
        Optional<String> serviceToken();

        /**
         * How long a successful verification is remembered: those logins work while auth-service is down. Logins by
         * SCRAM and token are not remembered, since each proof is different.
         */
        @WithDefault("5m")
        Duration cache();
    }

    default String ownHostname() {
        return hostname().orElseGet(() -> {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return "localhost";
            }
        });
    }
}
