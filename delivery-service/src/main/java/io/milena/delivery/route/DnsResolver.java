package io.milena.delivery.route;

import io.milena.delivery.DeliveryConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Cache;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/** DNS by dnsjava: several servers with fail-over, TCP where UDP is truncated, CNAMEs followed, answers cached within the configured bounds. */
public final class DnsResolver implements Dns {
    private static final int MAX_CACHED = 100_000;

    private final LookupSession session;
    private final Duration limit;
    private final boolean systemServers;

    public DnsResolver(DeliveryConfig.Dns config) {
        this.limit = config.timeout();
        this.systemServers = config.servers().isEmpty();
        var resolver = config.servers().map(DnsResolver::resolver).orElseGet(ExtendedResolver::new);
        resolver.setTimeout(Duration.ofMillis(Math.max(500, limit.toMillis() / 3)));
        resolver.setRetries(2);
        var cache = new Cache(DClass.IN);
        cache.setMaxEntries(MAX_CACHED);
        cache.setMaxCache((int) config.maxTtl().toSeconds());
        cache.setMaxNCache((int) config.negativeTtl().toSeconds());
        this.session = LookupSession.builder().resolver(resolver).cache(cache).build();
    }

    private static ExtendedResolver resolver(List<String> servers) {
        return new ExtendedResolver(servers.stream()
                .<Resolver>map(server -> new SimpleResolver(address(server)))
                .toList());
    }

    private static InetSocketAddress address(String server) {
        int colon = server.lastIndexOf(':');
        boolean hasPort = colon > 0 && (server.indexOf(':') == colon || server.charAt(colon - 1) == ']');
        var host = (hasPort ? server.substring(0, colon) : server).replaceAll("^\\[|\\]$", "");
        return new InetSocketAddress(host, hasPort ? Integer.parseInt(server.substring(colon + 1)) : 53);
    }

    @Override
    public Answer<Exchanger> mailExchangers(String domain) {
        return ask(domain, Type.MX, answer -> {
            var mx = (MXRecord) answer;
            var host = mx.getTarget();
            return new Exchanger(mx.getPriority(), host.equals(Name.root) ? "" : host.toString(true));
        });
    }

    @Override
    public Answer<InetAddress> addresses(String host) {
        try {
            if (host.matches("[0-9.]+") || host.indexOf(':') >= 0) {
                return new Records<>(List.of(InetAddress.getByName(host)));
            }
            if (systemServers && host.indexOf('.') < 0) {
                // 'localhost' or a container's name: the system's resolver knows its own hosts file and search list.
                return new Records<>(List.of(InetAddress.getAllByName(host)));
            }
        } catch (UnknownHostException e) {
            return new NoSuchName<>();
        }
        var four = ask(host, Type.A, answer -> ((ARecord) answer).getAddress());
        if (four instanceof NoSuchName) {
            return four;
        }
        var six = ask(host, Type.AAAA, answer -> ((AAAARecord) answer).getAddress());
        return merged(four, six);
    }

    private static Answer<InetAddress> merged(Answer<InetAddress> four, Answer<InetAddress> six) {
        var fours = four instanceof Records<InetAddress>(var records) ? records : List.<InetAddress>of();
        var sixes = six instanceof Records<InetAddress>(var records) ? records : List.<InetAddress>of();
        if (fours.isEmpty() && sixes.isEmpty()) {
            return four instanceof NoAnswer ? four : six;
        }
        var both = new ArrayList<InetAddress>();
        for (int i = 0; i < Math.max(fours.size(), sixes.size()); i++) {
            if (i < sixes.size()) {
                both.add(sixes.get(i));
            }
            if (i < fours.size()) {
                both.add(fours.get(i));
            }
        }
        return new Records<>(both);
    }

    private <T> Answer<T> ask(String name, int type, Function<Record, T> read) {
        try {
            var result = session.lookupAsync(Name.fromString(name, Name.root), type)
                    .toCompletableFuture()
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS);
            var records = result.getRecords().stream()
                    .filter(answer -> answer.getType() == type)
                    .map(read)
                    .toList();
            return records.isEmpty() ? new NoRecords<>() : new Records<>(records);
        } catch (ExecutionException e) {
            return switch (e.getCause()) {
                case NoSuchDomainException none -> new NoSuchName<>();
                case NoSuchRRSetException none -> new NoRecords<>();
                case Throwable failure ->
                    new NoAnswer<>(failure.getClass().getSimpleName().replace("Exception", ""));
            };
        } catch (TimeoutException e) {
            return new NoAnswer<>("no answer within " + limit.toSeconds() + " s");
        } catch (TextParseException e) {
            return new NoSuchName<>();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new NoAnswer<>("interrupted");
        }
    }
}
