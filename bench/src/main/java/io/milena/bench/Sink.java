package io.milena.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** An MX host that records which messages it takes and when, on a virtual thread for each connection. */
final class Sink implements AutoCloseable {
    /** The header field with the number of a message. */
    static final String NUMBER = "X-Bench: ";

    private final ServerSocket server = new ServerSocket();
    private final AtomicInteger open = new AtomicInteger();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Ledger ledger = new Ledger(0);
    private volatile Manner manner;

    /** A sink on any port that takes everything. */
    Sink() throws IOException {
        this(InetAddress.getLoopbackAddress(), 0, Manner.WILLING);
    }

    Sink(InetAddress address, int port, Manner manner) throws IOException {
        this.manner = manner;
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(address, port), 1024);
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void noteIn(Ledger next) {
        ledger = next;
    }

    void become(Manner other) {
        manner = other;
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed: the run is over.
        }
    }

    private void serve(Socket socket) {
        sockets.add(socket);
        try (var lines = new LineSocket(socket)) {
            new Session(lines).run(manner.greeting(open.incrementAndGet()));
        } catch (IOException e) {
            // The other side hung up; the ledger has all that counts.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.decrementAndGet();
            sockets.remove(socket);
        }
    }

    /** One connection. Confined to its thread. */
    private final class Session {
        private final LineSocket lines;
        private boolean inTransaction;

        private Session(LineSocket lines) {
            this.lines = lines;
        }

        private void run(String greeting) throws IOException, InterruptedException {
            lines.write(greeting + "\r\n");
            lines.flush();
            while (greeting.startsWith("220") && answer()) {
                if (!lines.hasMore()) {
                    lines.flush();
                }
            }
            lines.flush();
        }

        private boolean answer() throws IOException, InterruptedException {
            var command = lines.readLine();
            manner.beforeReply();
            if (command.startsWith("EHLO")) {
                lines.write("250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 104857600\r\n");
            } else if (command.startsWith("MAIL")) {
                var reply = manner.mail();
                inTransaction = reply.startsWith("250");
                lines.write(reply + "\r\n");
            } else if (command.startsWith("RCPT") || command.equals("DATA")) {
                transaction(command);
            } else if (command.equals("QUIT")) {
                lines.write("221 bye\r\n");
                return false;
            } else {
                lines.write("250 ok\r\n");
            }
            return true;
        }

        private void transaction(String command) throws IOException, InterruptedException {
            if (!inTransaction) {
                // Pipelined after a refused MAIL.
                lines.write("503 5.5.1 MAIL first\r\n");
            } else if (command.equals("DATA")) {
                lines.write("354 go on\r\n");
                lines.flush();
                content();
                inTransaction = false;
                lines.write("250 2.0.0 taken\r\n");
            } else {
                lines.write("250 ok\r\n");
            }
        }

        private void content() throws IOException, InterruptedException {
            int number = -1;
            for (var line = lines.readLine(); !line.equals("."); line = lines.readLine()) {
                if (number < 0 && line.startsWith(NUMBER)) {
                    number = Integer.parseInt(line.substring(NUMBER.length()));
                }
            }
            manner.beforeTaken();
            if (number >= 0) {
                ledger.delivered(number, System.nanoTime());
            }
        }
    }

    /** Stops listening and closes all connections. */
    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : sockets) {
            socket.close();
        }
    }
}
