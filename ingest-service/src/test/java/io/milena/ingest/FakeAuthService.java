package io.milena.ingest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** auth-service's verification endpoint, as the contract has it; the user name says how it behaves. */
final class FakeAuthService implements AutoCloseable {
    static final String TOKEN = "token-of-the-test";

    private final HttpServer server;
    /** Of the one certificate that is known. */
    volatile String fingerprint = "";
    /** Requests about a user flood-… wait for it, as behind many passwords that are hashed. */
    final CountDownLatch floodEnds = new CountDownLatch(1);

    final AtomicInteger floodWaiting = new AtomicInteger();
    /** Requests about passwords so far. */
    final AtomicInteger verifications = new AtomicInteger();

    FakeAuthService() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/internal/v1/verify", this::verify);
        server.createContext("/internal/v1/verify/token", exchange -> knownElsewhere(exchange, "token", "good.token"));
        server.createContext(
                "/internal/v1/verify/certificate", exchange -> knownElsewhere(exchange, "fingerprint", fingerprint));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void verify(HttpExchange exchange) throws IOException {
        var asked = new ObjectMapper().readTree(exchange.getRequestBody().readAllBytes());
        if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 403, "{\"title\":\"service token refused\",\"code\":\"service-token\"}");
            return;
        }
        var username = asked.path("username").asText();
        verifications.incrementAndGet();
        if (username.startsWith("flood-")) {
            floodWaiting.incrementAndGet();
            awaitEndOfFlood();
        }
        if (username.equals("broken")) {
            answer(exchange, 500, "no JSON");
        } else if (!asked.path("password").asText().equals("secret")) {
            answer(exchange, 401, "{\"title\":\"not valid\",\"status\":401}");
        } else if (username.equals("disabled")) {
            answer(exchange, 403, "{\"title\":\"suspended\",\"code\":\"suspended\"}");
        } else if (username.equals("apikey")) {
            answer(exchange, 200, "{\"account\":\"a1\",\"credential\":\"c1\"}");
        } else {
            // Any other user is an account of that name.
            answer(exchange, 200, "{\"account\":\"%s\",\"credential\":\"c-%s\"}".formatted(username, username));
        }
    }

    private void awaitEndOfFlood() {
        try {
            floodEnds.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void knownElsewhere(HttpExchange exchange, String field, String good) throws IOException {
        var asked = new ObjectMapper().readTree(exchange.getRequestBody().readAllBytes());
        if (asked.path(field).asText().equals(good)) {
            answer(exchange, 200, "{\"account\":\"a1\",\"credential\":\"c1\"}");
        } else {
            answer(exchange, 401, "{\"title\":\"not valid\",\"status\":401}");
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        var octets = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, octets.length);
        exchange.getResponseBody().write(octets);
        exchange.close();
    }

    @Override
    public void close() {
        floodEnds.countDown();
        server.stop(0);
    }
}
