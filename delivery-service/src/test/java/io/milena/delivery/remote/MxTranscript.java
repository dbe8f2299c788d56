package io.milena.delivery.remote;

import io.milena.delivery.tls.TestCertificates;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * Plays an MX host from a transcript: {@code S:} sends a line, {@code S!} raw octets with escapes, {@code C:} expects a
 * line ({@code *} for any text), {@code C!} raw octets, {@code @tls NAME} shakes hands with a certificate of
 * {@link TestCertificates}, {@code @close} hangs up, {@code @next} too and waits for the client to come again,
 * {@code @silence} says nothing until the client goes. Lines with {@code ?} are the client's settings
 * ({@link Meeting}).
 */
final class MxTranscript implements AutoCloseable {
    private final List<String> steps;
    private final boolean bytewise;
    private final ServerSocket server;
    private final CompletableFuture<Void> played = new CompletableFuture<>();

    MxTranscript(Path file, boolean bytewise) throws IOException {
        this.steps = Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank() && !line.matches("(#|=>|\\?).*"))
                .toList();
        this.bytewise = bytewise;
        this.server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    RemoteHost host() {
        return new RemoteHost("mx.example.com", server.getInetAddress(), server.getLocalPort());
    }

    /** Throws the client's error. */
    void awaitPlayed() throws Exception {
        played.get(20, TimeUnit.SECONDS);
    }

    private void serve() {
        try {
            var left = steps.iterator();
            do {
                try (var socket = server.accept()) {
                    socket.setTcpNoDelay(true);
                    play(socket, left);
                }
            } while (left.hasNext());
            played.complete(null);
        } catch (IOException | AssertionError e) {
            played.completeExceptionally(e);
        }
    }

    /** Plays to the end, or to where another client must come. */
    private void play(Socket accepted, Iterator<String> left) throws IOException {
        var socket = accepted;
        var in = new BufferedInputStream(socket.getInputStream());
        var out = socket.getOutputStream();
        while (left.hasNext()) {
            var step = left.next();
            if (step.equals("@next")) {
                return;
            }
            if (step.startsWith("@tls ")) {
                try {
                    socket = secured(socket, step.substring(5));
                } catch (SSLException e) {
                    // The client refuses it: the test judges its result.
                    continue;
                }
                in = new BufferedInputStream(socket.getInputStream());
                out = socket.getOutputStream();
                continue;
            }
            switch (step.substring(0, 2)) {
                case "S:" -> send(out, text(step) + "\r\n");
                case "S!" -> send(out, unescaped(step));
                case "C!" -> expectOctets(unescaped(step), in);
                case "C:" -> expect(text(step), readLine(in));
                default -> {
                    if (step.equals("@close")) {
                        return;
                    }
                    if (!step.equals("@silence")) {
                        throw new AssertionError("no such step: " + step);
                    }
                    while (in.read() >= 0) {
                        // The client must give up, not we.
                    }
                    return;
                }
            }
        }
    }

    private static String unescaped(String step) {
        return text(step).replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0");
    }

    private static void expectOctets(String expected, InputStream in) throws IOException {
        var octets = new String(in.readNBytes(expected.length()), StandardCharsets.ISO_8859_1);
        if (!octets.equals(expected)) {
            throw new AssertionError("expected: " + expected + "\nbut was:  " + octets);
        }
    }

    private static Socket secured(Socket socket, String certificate) throws IOException {
        var secured = (SSLSocket) TestCertificates.named(certificate)
                .server()
                .getSocketFactory()
                .createSocket(socket, null, socket.getPort(), true);
        secured.setUseClientMode(false);
        secured.startHandshake();
        return secured;
    }

    private static String text(String step) {
        return step.length() > 3 ? step.substring(3) : "";
    }

    private void send(OutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (!bytewise) {
            out.write(bytes);
            out.flush();
            return;
        }
        try {
            for (byte octet : bytes) {
                out.write(octet);
                out.flush();
            }
        } catch (IOException e) {
            // The client has given up: the test judges its result.
        }
    }

    private static void expect(String pattern, String line) {
        var regex = java.util.regex.Pattern.quote(pattern).replace("*", "\\E.*\\Q");
        if (!line.matches(regex)) {
            throw new AssertionError("expected: " + pattern + "\nbut was:  " + line);
        }
    }

    private static String readLine(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            if (octet == '\n') {
                return line.substring(0, line.length() - 1);
            }
            line.append((char) octet);
        }
        throw new IOException("the client hung up, after: " + line);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
