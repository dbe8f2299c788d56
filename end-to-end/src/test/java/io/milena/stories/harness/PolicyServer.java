package io.milena.stories.harness;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The web servers of all domains that publish MTA-STS policies (RFC 8461 §3.3), with the fakes' certificate. Thread-safe. */
final class PolicyServer implements AutoCloseable {
    private final HttpsServer server;
    private final Map<String, String> policies = new ConcurrentHashMap<>();

    private final AtomicInteger requests = new AtomicInteger();

    private PolicyServer(HttpsServer server) {
        this.server = server;
    }

    static PolicyServer start() throws IOException {
        var server = HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 10);
        server.setHttpsConfigurator(new HttpsConfigurator(Certificates.server()));
        var policies = new PolicyServer(server);
        server.createContext("/.well-known/mta-sts.txt", policies::answer);
        server.start();
        return policies;
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Sets the policy that the domain publishes. */
    void publish(String domain, String policy) {
        policies.put("mta-sts." + domain, policy);
    }

    int requests() {
        return requests.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            var host = exchange.getRequestHeaders().getFirst("Host").split(":")[0];
            var policy = policies.getOrDefault(host, "").getBytes(StandardCharsets.US_ASCII);
            exchange.getResponseHeaders().add("Content-Type", "text/plain");
            exchange.sendResponseHeaders(policy.length == 0 ? 404 : 200, policy.length == 0 ? -1 : policy.length);
            exchange.getResponseBody().write(policy);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
