package io.milena.delivery.egress;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A proxy or a remote on loopback that treats each connection by a test's script. A virtual thread for each. */
public final class ScriptedPeer implements AutoCloseable {
    private final ServerSocket server;
    private final Script script;
    private final Thread acceptor;
    private final BlockingQueue<CompletableFuture<Void>> ended = new LinkedBlockingQueue<>();

    /** Treats one connection, which is closed afterwards. */
    @FunctionalInterface
    public interface Script {
        void play(Socket socket) throws IOException;
    }

    public ScriptedPeer(Script script) throws IOException {
        this.server = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"));
        this.script = script;
        this.acceptor = Thread.ofVirtual().start(this::serve);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    String at(String scheme) {
        return scheme + "://127.0.0.1:" + server.getLocalPort();
    }

    /** Waits until a script has ended; throws the error of the other side. */
    public void awaitPlayed() throws Exception {
        ended.take().get(10, TimeUnit.SECONDS);
    }

    private void serve() {
        while (true) {
            try {
                var socket = server.accept();
                var end = new CompletableFuture<Void>();
                ended.add(end);
                Thread.ofVirtual().start(() -> play(socket, end));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void play(Socket accepted, CompletableFuture<Void> end) {
        try (accepted) {
            accepted.setTcpNoDelay(true);
            script.play(accepted);
            end.complete(null);
        } catch (IOException | AssertionError e) {
            end.completeExceptionally(e);
        }
    }

    /** Says nothing until the other side hangs up. */
    static void stayMute(Socket socket) throws IOException {
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    /** Connects from one of our addresses and passes everything on, both ways, until one side ends. */
    static void relay(Socket client, InetAddress from, InetSocketAddress remote) throws IOException {
        try (var onward = new Socket()) {
            onward.bind(new InetSocketAddress(from, 0));
            onward.connect(remote);
            Thread.ofVirtual().start(() -> pump(client, onward));
            pump(onward, client);
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            in.transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // One of the two has ended: so does the other.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        // The port is closed only when the thread that waits in accept() has left it.
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
