package io.milena.delivery.dns;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.dnssec.ValidatingResolver;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/**
 * Sends one question to the servers, follows aliases, and decides whether DNSSEC proves the answer. Caches nothing.
 * Thread-safe.
 */
final class Questioner {
    // The root zone's keys (KSK-2017 and KSK-2024), as published by IANA.
    private static final String ROOT_KEYS = """
            . IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
            . IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
            """;

    private static final int TRIES = 2;
    private static final Duration LONGEST_TRY = Duration.ofSeconds(3);

    private final Resolver resolver;
    private final boolean dnssec;

    private Questioner(Resolver resolver, boolean dnssec) {
        this.resolver = resolver;
        this.dnssec = dnssec;
    }

    static Questioner of(DnsSettings config) {
        var addresses = config.servers()
                .map(servers -> servers.stream().map(Questioner::address).toList())
                .orElseGet(() -> ResolverConfig.getCurrentConfig().servers());
        var servers = servers(addresses, config.timeout());
        return switch (config.dnssec()) {
            case OFF -> new Questioner(servers, false);
            case TRUST -> new Questioner(servers, true);
            case VALIDATE -> new Questioner(validating(servers, config), true);
        };
    }

    /**
     * All servers within {@code limit}: each has an equal share of it for one try, so that a silent server leaves time
     * for the next.
     */
    private static ExtendedResolver servers(List<InetSocketAddress> addresses, Duration limit) {
        var share = limit.dividedBy(TRIES * Math.max(1L, addresses.size()));
        var servers = new ExtendedResolver(addresses.stream()
                .<Resolver>map(address -> {
                    var server = new SimpleResolver(address);
                    server.setTimeout(share.compareTo(LONGEST_TRY) < 0 ? share : LONGEST_TRY);
                    return server;
                })
                .toList());
        servers.setTimeout(limit);
        servers.setRetries(TRIES);
        return servers;
    }

    private static InetSocketAddress address(String server) {
        int colon = server.lastIndexOf(':');
        boolean hasPort = colon > 0 && (server.indexOf(':') == colon || server.charAt(colon - 1) == ']');
        var host = (hasPort ? server.substring(0, colon) : server).replaceAll("^\\[|\\]$", "");
        return new InetSocketAddress(host, hasPort ? Integer.parseInt(server.substring(colon + 1)) : 53);
    }

    private static Resolver validating(Resolver servers, DnsSettings config) {
        var resolver = new ValidatingResolver(servers);
        var anchors =
                config.trustAnchors().map(records -> String.join("\n", records)).orElse(ROOT_KEYS);
        try {
            resolver.loadTrustAnchors(new ByteArrayInputStream(anchors.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new IllegalArgumentException("milena.dns.trust-anchors: " + e.getMessage(), e);
        }
        return resolver;
    }

    /** The future never fails; a failure is in its value. */
    CompletableFuture<Response> ask(DnsResolver.Question question) {
        var witness = new Witness(resolver, dnssec);
        return LookupSession.builder()
                .resolver(witness)
                .build()
                .lookupAsync(question.name(), question.type())
                .toCompletableFuture()
                .handle((result, failure) ->
                        failure == null ? found(result, question.type(), witness) : notFound(failure, witness));
    }

    private static Response found(LookupResult result, int type, Witness witness) {
        var records = result.getRecords().stream()
                .filter(record -> record.getType() == type)
                .toList();
        return records.isEmpty()
                ? new Response.Missing(false, witness.negativeTtl())
                : new Response.Found(records, witness.secure(), witness.ttl());
    }

    private static Response notFound(Throwable failure, Witness witness) {
        return switch (failure instanceof CompletionException ? failure.getCause() : failure) {
            case NoSuchDomainException none -> new Response.Missing(true, witness.negativeTtl());
            case NoSuchRRSetException none -> new Response.Missing(false, witness.negativeTtl());
            case Throwable other ->
                new Response.Failed(other.getClass().getSimpleName().replace("Exception", ""));
        };
    }

    /** Sees every message of one look-up: whether all were proved, and the shortest time for which they hold. */
    private static final class Witness implements Resolver {
        private final Resolver resolver;
        private final boolean dnssec;
        private volatile boolean secure;
        private volatile long ttl = Long.MAX_VALUE;
        private volatile long negativeTtl;

        Witness(Resolver resolver, boolean dnssec) {
            this.resolver = resolver;
            this.dnssec = dnssec;
            this.secure = dnssec;
        }

        boolean secure() {
            return secure;
        }

        Duration ttl() {
            return Duration.ofSeconds(ttl);
        }

        Duration negativeTtl() {
            return Duration.ofSeconds(negativeTtl);
        }

        @Override
        public CompletionStage<Message> sendAsync(Message query, Executor executor) {
            if (dnssec) {
                // RFC 6840 §5.7: asks for the AD bit without asking for signatures.
                query.getHeader().setFlag(Flags.AD);
            }
            return resolver.sendAsync(query, executor).thenApply(this::seen);
        }

        @Override
        public CompletionStage<Message> sendAsync(Message query) {
            return sendAsync(query, Runnable::run);
        }

        private Message seen(Message reply) {
            secure &= reply.getHeader().getFlag(Flags.AD);
            for (Record record : reply.getSection(Section.ANSWER)) {
                ttl = Math.min(ttl, record.getTTL());
            }
            // RFC 2308 §5: how long a negative answer holds.
            negativeTtl = reply.getSection(Section.AUTHORITY).stream()
                    .filter(SOARecord.class::isInstance)
                    .mapToLong(soa -> Math.min(soa.getTTL(), ((SOARecord) soa).getMinimum()))
                    .findFirst()
                    .orElse(0);
            return reply;
        }

        @Override
        public void setPort(int port) {
            resolver.setPort(port);
        }

        @Override
        public void setTCP(boolean flag) {
            resolver.setTCP(flag);
        }

        @Override
        public void setIgnoreTruncation(boolean flag) {
            resolver.setIgnoreTruncation(flag);
        }

        @Override
        public void setEDNS(int version, int payloadSize, int flags, List<EDNSOption> options) {
            resolver.setEDNS(version, payloadSize, flags, options);
        }

        @Override
        public void setTSIGKey(TSIG key) {
            resolver.setTSIGKey(key);
        }

        @Override
        public void setTimeout(Duration timeout) {
            resolver.setTimeout(timeout);
        }
    }
}
