package io.milena.delivery.dns;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * DNS by dnsjava: several servers with fail-over, TCP if UDP is truncated, CNAMEs followed; ports and ids of queries
 * are as random as dnsjava makes them. Answers are cached within the configured times and 64 MiB in all, and equal
 * questions are asked once at a time. Thread-safe.
 */
public final class DnsResolver implements Dns {
    /** Largest size of all cached answers, in octets of memory: strangers choose how large and how many they are. */
    private static final long MAX_CACHED = 64L << 20;

    /** How long a failure is cached, so that not every message waits for dead name servers. */
    private static final Duration FAILURE_KEPT = Duration.ofSeconds(30);

    private final AsyncCache<Question, Response> cache;
    private final Function<Question, CompletableFuture<Response>> questioner;
    private final Duration limit;
    private final boolean systemServers;

    static {
        // dnsjava's own hook ends it at SIGTERM, while transactions under way still need look-ups.
        System.setProperty("dnsjava.nio.register_shutdown_hook", "false");
    }

    record Question(Name name, int type) {
        int octets() {
            return 200 + name.length();
        }
    }

    public DnsResolver(DnsSettings config) {
        this(config, Questioner.of(config)::ask, MAX_CACHED);
    }

    /** Asks {@code questioner}, and caches its answers in {@code octets} of memory at most. */
    DnsResolver(DnsSettings config, Function<Question, CompletableFuture<Response>> questioner, long octets) {
        this.limit = config.timeout();
        this.systemServers = config.servers().isEmpty();
        this.questioner = questioner;
        this.cache = Caffeine.newBuilder()
                .maximumWeight(octets)
                .<Question, Response>weigher((question, response) -> question.octets() + response.octets())
                .executor(Runnable::run)
                .expireAfter(Expiry.<Question, Response>creating((question, response) -> kept(response, config)))
                .buildAsync();
    }

    private static Duration kept(Response response, DnsSettings config) {
        return switch (response) {
            case Response.Found found -> shorter(found.ttl(), config.maxTtl());
            case Response.Missing missing -> shorter(missing.ttl(), config.negativeTtl());
            case Response.Failed failed -> shorter(FAILURE_KEPT, config.negativeTtl());
        };
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
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
    public Answer<String> texts(String name) {
        return ask(name, Type.TXT, answer -> {
            var text = new StringBuilder();
            ((TXTRecord) answer)
                    .getStringsAsByteArrays()
                    .forEach(octets -> text.append(new String(octets, StandardCharsets.UTF_8)));
            return text.toString();
        });
    }

    @Override
    public Answer<Tlsa> tlsa(String host, int port) {
        return ask("_" + port + "._tcp." + host, Type.TLSA, answer -> {
            var tlsa = (TLSARecord) answer;
            return new Tlsa(
                    tlsa.getCertificateUsage(),
                    tlsa.getSelector(),
                    tlsa.getMatchingType(),
                    tlsa.getCertificateAssociationData());
        });
    }

    @Override
    public Answer<InetAddress> addresses(String host) {
        try {
            if (host.matches("[0-9.]+") || host.indexOf(':') >= 0) {
                return unproved(host, List.of(InetAddress.getByName(host)));
            }
            if (systemServers && host.indexOf('.') < 0) {
                // 'localhost' or a container's name: the system's resolver knows its own hosts file and search list.
                return unproved(host, List.of(InetAddress.getAllByName(host)));
            }
        } catch (UnknownHostException e) {
            return new NoSuchName<>();
        }
        // Both are asked at once, so that a silent server is waited for only once.
        response(host, Type.AAAA);
        var four = ask(host, Type.A, answer -> ((ARecord) answer).getAddress());
        if (four instanceof NoSuchName) {
            return four;
        }
        var six = ask(host, Type.AAAA, answer -> ((AAAARecord) answer).getAddress());
        return merged(four, six);
    }

    private static Answer<InetAddress> unproved(String host, List<InetAddress> addresses) {
        return new Records<>(addresses, false, host);
    }

    private static Answer<InetAddress> merged(Answer<InetAddress> four, Answer<InetAddress> six) {
        if (!(four instanceof Records<InetAddress> fours)) {
            return six instanceof Records || !(four instanceof NoAnswer) ? six : four;
        }
        if (!(six instanceof Records<InetAddress> sixes)) {
            return four;
        }
        var both = new ArrayList<InetAddress>();
        for (int i = 0; i < Math.max(fours.records().size(), sixes.records().size()); i++) {
            if (i < sixes.records().size()) {
                both.add(sixes.records().get(i));
            }
            if (i < fours.records().size()) {
                both.add(fours.records().get(i));
            }
        }
        return new Records<>(both, fours.secure() && sixes.secure(), fours.owner());
    }

    private CompletableFuture<Response> response(String name, int type) {
        try {
            return cache.get(
                    new Question(Name.fromString(name, Name.root), type),
                    (question, executor) -> questioner
                            .apply(question)
                            // A lost answer must not block everyone who asks later.
                            .completeOnTimeout(
                                    new Response.Failed("Timeout"), 2 * limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TextParseException e) {
            return CompletableFuture.completedFuture(new Response.Missing(true, Duration.ZERO));
        }
    }

    private <T> Answer<T> ask(String name, int type, Function<Record, T> read) {
        try {
            return switch (response(name, type).get(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                case Response.Found found ->
                    new Records<>(
                            found.records().stream().map(read).toList(),
                            found.secure(),
                            found.records().getFirst().getName().toString(true));
                case Response.Missing missing -> missing.whole() ? new NoSuchName<>() : new NoRecords<>();
                case Response.Failed failed -> new NoAnswer<>(failed.reason());
            };
        } catch (TimeoutException e) {
            return new NoAnswer<>("no answer within " + limit.toSeconds() + " s");
        } catch (ExecutionException e) {
            return new NoAnswer<>(e.getCause().getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new NoAnswer<>("interrupted");
        }
    }
}
