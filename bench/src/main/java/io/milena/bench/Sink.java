package io.milena.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** An MX host that takes everything and notes when, on a virtual thread for each connection. */
final class Sink implements AutoCloseable {
    /** The header field by which it knows a message. */
    static final String NUMBER = "X-Bench: ";

    private final ServerSocket server;
    private volatile Ledger ledger = new Ledger(0);

    Sink() throws IOException {
        server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void noteIn(Ledger next) {
        ledger = next;
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
        try (var lines = new LineSocket(socket)) {
            lines.write("220 sink\r\n");
            lines.flush();
            while (answer(lines)) {
                if (!lines.hasMore()) {
                    lines.flush();
                }
            }
            lines.flush();
        } catch (IOException e) {
            // The other side hung up; what counts is in the ledger.
        }
    }

    private boolean answer(LineSocket lines) throws IOException {
        var command = lines.readLine();
        if (command.startsWith("EHLO")) {
            lines.write("250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 104857600\r\n");
        } else if (command.equals("DATA")) {
            lines.write("354 go on\r\n");
            lines.flush();
            content(lines);
            lines.write("250 2.0.0 taken\r\n");
        } else if (command.equals("QUIT")) {
            lines.write("221 bye\r\n");
            return false;
        } else {
            lines.write("250 ok\r\n");
        }
        return true;
    }

    private void content(LineSocket lines) throws IOException {
        int number = -1;
        for (var line = lines.readLine(); !line.equals("."); line = lines.readLine()) {
            if (number < 0 && line.startsWith(NUMBER)) {
                number = Integer.parseInt(line.substring(NUMBER.length()));
            }
        }
        if (number >= 0) {
            ledger.delivered(number, System.nanoTime());
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
