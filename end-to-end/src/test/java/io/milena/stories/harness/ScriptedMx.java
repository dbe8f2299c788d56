package io.milena.stories.harness;

import static org.awaitility.Awaitility.await;

import io.milena.testing.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A mail exchanger on a loopback address that obeys the recipient's address ({@link Script}) and keeps every message
 * that it took. One virtual thread for each session; thread-safe.
 */
public final class ScriptedMx implements AutoCloseable {
    private final InetSocketAddress address;
    private final List<ReceivedMail> received = new CopyOnWriteArrayList<>();
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final Set<Socket> sessions = ConcurrentHashMap.newKeySet();
    private volatile ServerSocket server;
    private volatile Thread acceptor;
    private volatile String greeting = "220 mx.test ESMTP scripted";
    private volatile boolean startTls = true;
    private volatile List<String> words = List.of();
    private volatile Duration deliberation = Duration.ZERO;
    private volatile Consumer<ReceivedMail> witness = mail -> {};
    private volatile List<String> keywords = List.of("PIPELINING", "SIZE 52428800", "8BITMIME", "SMTPUTF8", "DSN");

    private ScriptedMx(InetSocketAddress address) {
        this.address = address;
    }

    /** Listens at the address; port 0 picks a free one. */
    public static ScriptedMx listen(String address, int port) {
        try {
            var mx = new ScriptedMx(new InetSocketAddress(InetAddress.ofLiteral(address), port));
            if (port != 0) {
                mx.start();
                return mx;
            }
            try (var probe = new ServerSocket()) {
                probe.bind(mx.address);
                port = probe.getLocalPort();
            }
            return listen(address, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens the port, also after {@link #stop()}. */
    public void start() throws IOException {
        var socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(address, 200);
        server = socket;
        acceptor = Thread.ofVirtual().name("scripted-mx-" + address).start(() -> accept(socket));
    }

    /** Closes the port and every session: the host is dead, until {@link #start()}. */
    public void stop() throws IOException {
        server.close();
        // The port is closed only when the thread in accept() has left it.
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (var session : sessions) {
            session.close();
        }
    }

    /** From now on greets with this line; after any code but 220 it hangs up. */
    public ScriptedMx greetWith(String line) {
        greeting = line;
        return this;
    }

    /** Uses these lines for each refusal, behind the code. */
    public ScriptedMx refusingWith(List<String> lines) {
        words = List.copyOf(lines);
        return this;
    }

    /** The lines of a refusal. */
    List<String> refusal(int code, String forwardPath) {
        if (words.isEmpty()) {
            return List.of(Script.wording(code, forwardPath));
        }
        var lines = new ArrayList<String>();
        for (int i = 0; i < words.size(); i++) {
            lines.add(code + (i == words.size() - 1 ? " " : "-") + words.get(i));
        }
        return lines;
    }

    /** Waits this long after each final dot before it acknowledges the message. */
    public ScriptedMx deliberating(Duration length) {
        deliberation = length;
        return this;
    }

    /** Passes each message that it takes to a listener, on the session's thread. */
    public ScriptedMx watchedBy(Consumer<ReceivedMail> somebody) {
        witness = somebody;
        return this;
    }

    public ScriptedMx withoutStartTls() {
        startTls = false;
        return this;
    }

    /** Takes seven bits only, and so no international mail (RFC 6531 §3.1). */
    public ScriptedMx withoutEightBitMime() {
        return offering("PIPELINING", "SIZE 52428800", "DSN");
    }

    /** Offers these in its answer to EHLO, besides STARTTLS and ENHANCEDSTATUSCODES. */
    public ScriptedMx offering(String... keywords) {
        this.keywords = List.of(keywords);
        return this;
    }

    public InetSocketAddress address() {
        return address;
    }

    public String host() {
        return address.getAddress().getHostAddress();
    }

    /** All messages taken so far, in the order of the final dots. */
    public List<ReceivedMail> received() {
        return List.copyOf(received);
    }

    public List<ReceivedMail> receivedFor(String forwardPath) {
        return received.stream()
                .filter(mail -> mail.forwardPaths().contains(forwardPath))
                .toList();
    }

    /** Waits for the first message for this recipient. */
    public ReceivedMail awaitMailFor(String forwardPath) {
        await("mail for " + forwardPath + " at " + address)
                .until(() -> !receivedFor(forwardPath).isEmpty());
        return receivedFor(forwardPath).getFirst();
    }

    /** How many RCPTs named the recipient. */
    public int attempts(String forwardPath) {
        return count("rcpt " + forwardPath).get();
    }

    /** Number of sessions begun. */
    public int connections() {
        return count("connections").get();
    }

    AtomicInteger count(String what) {
        return counts.computeIfAbsent(what, key -> new AtomicInteger());
    }

    void take(ReceivedMail mail) {
        received.add(mail);
        witness.accept(mail);
    }

    Duration deliberation() {
        return deliberation;
    }

    List<String> keywords() {
        return keywords;
    }

    boolean offersStartTls() {
        return startTls;
    }

    /** The script of one of the recipients that applies at the stage; this uses it up once. */
    Optional<Script> due(List<String> forwardPaths, Script.Stage stage) {
        for (var path : forwardPaths) {
            var script = Script.of(path);
            int times =
                    switch (script) {
                        case Script.Accept accept -> 0;
                        case Script.Refuse refuse -> refuse.stage() == stage ? refuse.times() : 0;
                        case Script.Drop drop -> drop.stage() == stage ? drop.times() : 0;
                    };
            if (times > 0 && count("script " + path).getAndIncrement() < times) {
                return Optional.of(script);
            }
        }
        return Optional.empty();
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                var session = socket.accept();
                sessions.add(session);
                Thread.ofVirtual().start(() -> serve(session));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        count("connections").incrementAndGet();
        try (socket) {
            new MxSession(this, socket).run(greeting);
        } catch (IOException gone) {
            // The client left, or the host was stopped: normal ends of a session.
            return;
        } finally {
            sessions.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        stop();
    }
}
