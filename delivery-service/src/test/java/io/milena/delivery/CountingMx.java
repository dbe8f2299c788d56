package io.milena.delivery;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * An MX host on loopback that accepts all mail and counts its connections and the messages as they come. Its threads
 * are virtual. Thread-safe.
 */
final class CountingMx implements AutoCloseable {
    /** One accepted recipient of one transaction. */
    record Arrival(String recipient, String client, long at) {}

    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<String> dead = ConcurrentHashMap.newKeySet();
    private final List<Arrival> arrivals = new ArrayList<>();
    private final List<Long> begun = new ArrayList<>();
    private final Map<String, Integer> byClient = new HashMap<>();
    private int open;
    private int most;
    private int mostMessages;
    private int mostRecipients;
    private int refused;
    private volatile int limit = Integer.MAX_VALUE;
    private volatile boolean silent;
    private volatile Duration delay = Duration.ZERO;
    private volatile Duration greetingDelay = Duration.ZERO;
    private volatile Duration farewellDelay = Duration.ZERO;
    private volatile int dropEach = Integer.MAX_VALUE;
    private int busyFor;
    private volatile String refusedPrefix = "nobody ";

    /** With port 0 it takes any free port. */
    CountingMx(String address, int port) throws IOException {
        server = new ServerSocket(port, 200, InetAddress.getByName(address));
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Answers 421 to connections beyond this number. */
    CountingMx refuseAbove(int connections) {
        limit = connections;
        return this;
    }

    /** Accepts connections and never says a word. */
    CountingMx silent() {
        silent = true;
        return this;
    }

    /** Answers again. */
    void answering() {
        silent = false;
    }

    /** Takes this long for each message. */
    CountingMx slow(Duration each) {
        delay = each;
        return this;
    }

    /** Keeps a connection open for this long after QUIT. */
    CountingMx partAfter(Duration time) {
        farewellDelay = time;
        return this;
    }

    CountingMx greetAfter(Duration time) {
        greetingDelay = time;
        return this;
    }

    /** Hangs up in the middle of every n-th message, before it has accepted the message. */
    CountingMx dropEach(int messages) {
        dropEach = messages;
        return this;
    }

    /** Answers 450 to this many recipients before it accepts one. */
    synchronized CountingMx busyFor(int recipients) {
        busyFor = recipients;
        return this;
    }

    /** Refuses recipients whose address begins with this prefix. */
    CountingMx refuse(String prefix) {
        refusedPrefix = prefix;
        return this;
    }

    private synchronized boolean isBusy() {
        return busyFor > 0 && busyFor-- > 0;
    }

    /** The client with this name is dead: commands and messages that it sends from now on have no effect. */
    void bury(String client) {
        dead.add(client);
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                sockets.add(socket);
                boolean taken = begin();
                Thread.ofVirtual().start(() -> serve(socket, taken));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private synchronized boolean begin() {
        if (open >= limit) {
            refused++;
            return false;
        }
        begun.add(System.nanoTime());
        open++;
        most = Math.max(most, open);
        return true;
    }

    private synchronized void end() {
        open--;
    }

    private void serve(Socket socket, boolean taken) {
        var session = new Session(socket);
        try (socket) {
            if (!taken) {
                session.say("421 4.7.0 too many connections");
            } else if (silent) {
                socket.getInputStream().readAllBytes();
            } else {
                Thread.sleep(greetingDelay);
                session.run();
            }
        } catch (IOException e) {
            // The client is gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (taken && !session.ended) {
                end();
            }
            sockets.remove(socket);
        }
    }

    /** One connection. */
    private final class Session {
        private final Socket socket;
        private String client = "";
        private final List<String> recipients = new ArrayList<>();
        private int messages;
        private boolean ended;

        private Session(Socket socket) {
            this.socket = socket;
        }

        private void say(String line) throws IOException {
            if (dead.contains(client)) {
                throw new IOException("buried");
            }
            socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }

        private void run() throws IOException, InterruptedException {
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            say("220 mx.example");
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                switch (line.substring(0, Math.min(4, line.length())).toUpperCase(java.util.Locale.ROOT)) {
                    case "EHLO" -> {
                        client = line.substring(5);
                        say("250 mx.example");
                    }
                    case "MAIL" -> {
                        recipients.clear();
                        say("250 2.1.0 ok");
                    }
                    case "RCPT" -> {
                        if (isBusy()) {
                            say("450 4.2.1 busy");
                        } else {
                            var recipient = line.substring(line.indexOf('<') + 1, line.indexOf('>'));
                            if (recipient.startsWith(refusedPrefix)) {
                                say("550 5.1.1 no such user");
                            } else {
                                recipients.add(recipient);
                                say("250 2.1.5 ok");
                            }
                        }
                    }
                    case "DATA" -> {
                        say("354 go on");
                        content(lines);
                    }
                    case "QUIT" -> {
                        Thread.sleep(farewellDelay);
                        // Stop counting the connection before the client can know that it ended.
                        ended = true;
                        end();
                        say("221 2.0.0 bye");
                        return;
                    }
                    default -> say("250 2.0.0 ok");
                }
            }
        }

        private void content(BufferedReader lines) throws IOException, InterruptedException {
            for (var line = lines.readLine(); !".".equals(line); line = lines.readLine()) {
                if (line == null) {
                    throw new IOException("in the middle of a message");
                }
            }
            if (!delay.isZero()) {
                Thread.sleep(delay);
            }
            if (dead.contains(client)) {
                throw new IOException("buried");
            }
            take(recipients, client, ++messages);
            say("250 2.0.0 taken");
        }
    }

    private synchronized void take(List<String> recipients, String client, int messages) throws IOException {
        if (arrivals.size() % dropEach == dropEach - 1) {
            arrivals.add(new Arrival("", client, System.nanoTime()));
            throw new IOException("dropped");
        }
        recipients.forEach(recipient -> arrivals.add(new Arrival(recipient, client, System.nanoTime())));
        mostMessages = Math.max(mostMessages, messages);
        mostRecipients = Math.max(mostRecipients, recipients.size());
        byClient.merge(client, recipients.size(), Integer::sum);
    }

    synchronized List<Arrival> arrivals() {
        return arrivals.stream().filter(arrival -> !arrival.recipient.isEmpty()).toList();
    }

    /** Number of copies by recipient. */
    Map<String, Long> copies() {
        return arrivals().stream().collect(Collectors.groupingBy(Arrival::recipient, Collectors.counting()));
    }

    long duplicates() {
        return copies().values().stream().mapToLong(copies -> copies - 1).sum();
    }

    synchronized int open() {
        return open;
    }

    synchronized int most() {
        return most;
    }

    /** The most messages over one connection. */
    synchronized int mostMessages() {
        return mostMessages;
    }

    /** The most recipients of one transaction. */
    synchronized int mostRecipients() {
        return mostRecipients;
    }

    synchronized int refused() {
        return refused;
    }

    synchronized int from(String client) {
        return byClient.getOrDefault(client, 0);
    }

    synchronized List<Long> begun() {
        return List.copyOf(begun);
    }

    /** The most messages within any window of this length. */
    int mostWithin(Duration window) {
        return most(arrivals().stream().mapToLong(Arrival::at), window);
    }

    /** The most new connections within any window of this length. */
    int mostBegunWithin(Duration window) {
        return most(begun().stream().mapToLong(time -> time), window);
    }

    private static int most(LongStream instants, Duration window) {
        var times = instants.sorted().toArray();
        int most = 0;
        for (int first = 0, last = 0; last < times.length; last++) {
            while (times[last] - times[first] >= window.toNanos()) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : sockets) {
            socket.close();
        }
    }
}
