package io.milena.bench;

import io.milena.testing.FakeDns;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * The hundred domains that {@link Load} writes to, and their name server. Each has an MX host with an address of its
 * own (127.0.2.1 to .100), so that each is a site of its own to delivery.
 */
final class Domains implements AutoCloseable {
    private static final int ATTEMPTS = 20;
    private static final int TTL_SECONDS = 3600;

    private final Map<Integer, Sink> sinks;
    private final int port;
    private final FakeDns names;

    private Domains(Map<Integer, Sink> sinks, int port, FakeDns names) {
        this.sinks = sinks;
        this.port = port;
        this.names = names;
    }

    /** Starts each domain's host with its manner; without a manner no host listens. */
    static Domains with(IntFunction<Optional<Manner>> manners) throws IOException {
        BindException last = new BindException("no port");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var sinks = new TreeMap<Integer, Sink>();
            try {
                // A port that is free at one address is nearly always free at all of them.
                int port = 0;
                for (int i = 0; i < Load.DOMAINS; i++) {
                    var manner = manners.apply(i);
                    if (manner.isPresent()) {
                        sinks.put(i, new Sink(address(i), port, manner.get()));
                        port = sinks.firstEntry().getValue().port();
                    }
                }
                return new Domains(sinks, port, names());
            } catch (BindException taken) {
                last = taken;
                for (var sink : sinks.values()) {
                    sink.close();
                }
            }
        }
        throw last;
    }

    private static FakeDns names() throws IOException {
        var names = FakeDns.start(TTL_SECONDS, TTL_SECONDS);
        for (int i = 0; i < Load.DOMAINS; i++) {
            var host = "mx." + Load.domain(i);
            names.mx(Load.domain(i), 10, host).address(host, address(i).getHostAddress());
        }
        return names;
    }

    private static InetAddress address(int domain) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 2, (byte) (domain + 1)});
    }

    /** The platform settings for finding the domains. */
    Map<String, String> settings() {
        return Map.of(
                "milena.dns.servers",
                names.endpoint(),
                "milena.delivery.remote-port",
                Integer.toString(port),
                "milena.delivery.allowed-networks",
                "127.0.0.0/8");
    }

    void noteIn(Ledger ledger) {
        sinks.values().forEach(sink -> sink.noteIn(ledger));
    }

    /** Sends messages before a run that counts, so that the platform's code is compiled. */
    void warmUp(Load load, int messages, int connections) throws IOException, InterruptedException {
        var ledger = new Ledger(messages);
        noteIn(ledger);
        load.run(messages, connections, ledger);
        ledger.awaitDelivered(messages, message -> true);
    }

    /** Changes the manners of the hosts; without a manner no host listens. */
    void become(IntFunction<Optional<Manner>> manners) throws IOException {
        for (int i = 0; i < Load.DOMAINS; i++) {
            var manner = manners.apply(i);
            if (manner.isEmpty()) {
                var dead = sinks.remove(i);
                if (dead != null) {
                    dead.close();
                }
            } else if (sinks.containsKey(i)) {
                sinks.get(i).become(manner.get());
            } else {
                sinks.put(i, new Sink(address(i), port, manner.get()));
            }
        }
    }

    @Override
    public void close() throws IOException {
        names.close();
        for (var sink : sinks.values()) {
            sink.close();
        }
    }
}
