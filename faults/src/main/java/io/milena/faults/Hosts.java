package io.milena.faults;

import io.milena.testing.FakeDns;
import io.milena.testing.Script;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The mail hosts of all domains, each on an address of its own (127.0.3.1 and up), and their name server. They note all
 * mail that they keep, obey the address of a recipient ({@link Script}), and have a common {@link Mood}. A virtual
 * thread serves each connection; thread-safe.
 */
final class Hosts implements AutoCloseable {
    /** The domain to which reports go; its host is the last one. */
    static final String SENDER_DOMAIN = "sender.faults.test";

    static final int DOMAINS = 12;
    private static final int ATTEMPTS = 20;
    private static final int TTL_SECONDS = 2;

    private final List<ServerSocket> servers;
    private final FakeDns dns;
    private final Ledger ledger;
    private final Map<String, AtomicInteger> scripts = new ConcurrentHashMap<>();
    private final Set<Socket> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicInteger coin = new AtomicInteger();
    private final AtomicInteger transactions = new AtomicInteger();
    private volatile Mood mood = Mood.WILLING;

    private Hosts(List<ServerSocket> servers, FakeDns dns, Ledger ledger) {
        this.servers = servers;
        this.dns = dns;
        this.ledger = ledger;
    }

    static Hosts open(Ledger ledger) throws IOException {
        var dns = FakeDns.start(TTL_SECONDS, 1);
        for (int i = 0; i <= DOMAINS; i++) {
            var domain = i == DOMAINS ? SENDER_DOMAIN : domain(i);
            dns.mx(domain, 10, "mx." + domain)
                    .address("mx." + domain, address(i).getHostAddress());
        }
        var hosts = new Hosts(listen(), dns, ledger);
        hosts.servers.forEach(server -> Thread.ofVirtual().start(() -> hosts.accept(server)));
        return hosts;
    }

    static String domain(int number) {
        return "d" + number % DOMAINS + ".faults.test";
    }

    private static InetAddress address(int number) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 3, (byte) (number + 1)});
    }

    private static List<ServerSocket> listen() throws IOException {
        BindException last = new BindException("no port");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var servers = new ArrayList<ServerSocket>();
            try {
                // A port that is free at one address is nearly always free at all of them.
                int port = 0;
                for (int i = 0; i <= DOMAINS; i++) {
                    var server = new ServerSocket();
                    servers.add(server);
                    server.bind(new InetSocketAddress(address(i), port), 200);
                    port = server.getLocalPort();
                }
                return servers;
            } catch (BindException taken) {
                last = taken;
                for (var server : servers) {
                    server.close();
                }
            }
        }
        throw last;
    }

    FakeDns dns() {
        return dns;
    }

    /** The settings by which a platform finds the domains. */
    Map<String, String> settings() {
        return Map.of(
                "milena.dns.servers",
                dns.endpoint(),
                "milena.dns.max-ttl",
                TTL_SECONDS + "s",
                "milena.dns.negative-ttl",
                "1s",
                "milena.delivery.remote-port",
                Integer.toString(servers.getFirst().getLocalPort()),
                "milena.delivery.allowed-networks",
                "127.0.0.0/8");
    }

    void become(Mood next) {
        mood = next;
    }

    /** Number of messages that the hosts are receiving now. */
    int inTransaction() {
        return transactions.get();
    }

    private void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        sessions.add(socket);
        var session = new HostSession(this);
        try (socket) {
            session.run(socket);
        } catch (IOException gone) {
            // The client died, or this host hung up: the ledger has all that counts.
            return;
        } finally {
            session.forget();
            sessions.remove(socket);
        }
    }

    /** Whether the hosts are in that mood, and this client is one of those that feel it. */
    boolean feels(Mood asked) {
        return mood == asked && coin.getAndIncrement() % 2 == 0;
    }

    /** Whether the recipient's address asks for this at the stage, for the first times only. */
    boolean asks(String recipient, Script.Stage stage, Class<? extends Script> kind) {
        int times =
                switch (Script.of(recipient)) {
                    case Script.Refuse refuse when kind.isInstance(refuse) && refuse.stage() == stage -> refuse.times();
                    case Script.Drop drop when kind.isInstance(drop) && drop.stage() == stage -> drop.times();
                    case Script.Accept accept -> 0;
                    case Script.Refuse refuse -> 0;
                    case Script.Drop drop -> 0;
                };
        return times > 0
                && scripts.computeIfAbsent(recipient, first -> new AtomicInteger())
                                .getAndIncrement()
                        < times;
    }

    void begun() {
        transactions.incrementAndGet();
    }

    void ended() {
        transactions.decrementAndGet();
    }

    Ledger ledger() {
        return ledger;
    }

    @Override
    public void close() throws IOException {
        for (var server : servers) {
            server.close();
        }
        for (var session : sessions) {
            session.close();
        }
        dns.close();
    }
}
