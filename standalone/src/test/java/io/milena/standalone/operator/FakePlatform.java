package io.milena.standalone.operator;

import com.sun.net.httpserver.HttpServer;
import io.milena.standalone.command.Milena;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A REST interface with prepared answers, and a console that records its output; a new one for each test. */
final class FakePlatform implements AfterEachCallback {
    private final HttpServer server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    final List<String> requests = new CopyOnWriteArrayList<>();
    final List<String> tokens = new CopyOnWriteArrayList<>();

    private Optional<BufferedReader> person = Optional.empty();

    private record Answer(int status, String body) {}

    FakePlatform() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            var request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(body.isEmpty() ? request : request + " " + body);
            tokens.add(exchange.getRequestHeaders().getFirst("Authorization"));
            var answer = answers.getOrDefault(request, new Answer(404, "{\"detail\":\"no such dead letter\"}"));
            var octets = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), octets.length);
            exchange.getResponseBody().write(octets);
            exchange.close();
        });
        server.start();
    }

    FakePlatform answers(String request, int status, String body) {
        answers.put(request, new Answer(status, body));
        return this;
    }

    /** A person at the terminal types this. */
    FakePlatform types(String lines) {
        person = Optional.of(new BufferedReader(new StringReader(lines)));
        return this;
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    int run(Map<String, String> environment, String... arguments) {
        var now = Clock.fixed(Instant.parse("2026-11-24T12:00:00Z"), ZoneOffset.UTC);
        return Milena.run(new Console(stream(out), stream(err), now, person), environment, arguments);
    }

    /** Runs this command with these arguments, as {@link #runWithToken(Path, List)}. */
    int runWithToken(Path dir, String command, String... arguments) throws IOException {
        return runWithToken(
                dir, Stream.concat(Stream.of(command), Stream.of(arguments)).toList());
    }

    /** Runs a command with the token, which is kept in a file of this directory. */
    int runWithToken(Path dir, List<String> arguments) throws IOException {
        var token = Files.writeString(dir.resolve("token"), "a-token\n");
        return run(
                Map.of("MILENA_URL", url(), "MILENA_TOKEN_FILE", token.toString()), arguments.toArray(String[]::new));
    }

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** Stops the server, so that no request is answered any more. */
    void close() {
        server.stop(0);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        close();
    }
}
