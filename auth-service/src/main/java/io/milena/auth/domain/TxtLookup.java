package io.milena.auth.domain;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Name;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/**
 * Looks up TXT records, without a cache, since the owner has just changed them. Blocks up to ten seconds. Thread-safe.
 */
public class TxtLookup {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final LookupSession session;

    /** @param servers {@code host:port}; none: the system's */
    public TxtLookup(List<String> servers) throws UnknownHostException {
        session = LookupSession.builder().resolver(resolver(servers)).build();
    }

    /** The texts at this name, each with its strings joined; none if the name or the type does not exist. */
    public List<String> texts(String name) throws IOException {
        try {
            return session
                    .lookupAsync(Name.fromString(name + "."), Type.TXT, DClass.IN)
                    .toCompletableFuture()
                    .get(LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .getRecords()
                    .stream()
                    .filter(TXTRecord.class::isInstance)
                    .map(record -> String.join("", ((TXTRecord) record).getStrings()))
                    .toList();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NoSuchDomainException || e.getCause() instanceof NoSuchRRSetException) {
                return List.of();
            }
            throw new IOException("TXT " + name + ": " + e.getCause(), e);
        } catch (TimeoutException | TextParseException e) {
            throw new IOException("TXT " + name + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("TXT " + name + ": interrupted", e);
        }
    }

    private static Resolver resolver(List<String> servers) throws UnknownHostException {
        var resolvers = new ArrayList<Resolver>();
        for (var server : servers) {
            resolvers.add(new SimpleResolver(address(server)));
        }
        var resolver = resolvers.isEmpty() ? new ExtendedResolver() : new ExtendedResolver(resolvers);
        resolver.setTimeout(Duration.ofSeconds(3));
        return resolver;
    }

    private static InetSocketAddress address(String server) {
        int colon = server.lastIndexOf(':');
        // An IPv6 address without a port has colons too, but no bracket.
        boolean hasPort = colon > 0 && (server.indexOf(':') == colon || server.charAt(colon - 1) == ']');
        var host = (hasPort ? server.substring(0, colon) : server).replaceAll("[\\[\\]]", "");
        return new InetSocketAddress(host, hasPort ? Integer.parseInt(server.substring(colon + 1)) : 53);
    }
}
