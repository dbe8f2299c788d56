package io.milena.standalone.postbox;

import com.icegreen.greenmail.Managers;
import com.icegreen.greenmail.server.ProtocolHandler;
import com.icegreen.greenmail.smtp.SmtpHandler;
import com.icegreen.greenmail.smtp.SmtpServer;
import com.icegreen.greenmail.util.ServerSetup;
import io.milena.embedded.Ports;
import io.milena.embedded.StartException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/** GreenMail as the smart host in front of a {@link Postbox}. One thread for each connection. */
public final class PostboxServer extends SmtpServer implements AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final Managers managers;
    private final Postbox postbox;

    private PostboxServer(ServerSetup setup, Managers managers, Postbox postbox) {
        super(setup, managers);
        this.managers = managers;
        this.postbox = postbox;
    }

    /** Returns when the server listens on the loopback port. */
    public static PostboxServer start(int port, Postbox postbox) {
        Ports.requireFree("127.0.0.1", port, "postbox");
        var server = new PostboxServer(
                new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP), new Managers(), postbox);
        server.startService();
        try {
            if (server.waitTillRunning(START_LIMIT.toMillis())) {
                return server;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.close();
        throw new StartException("the postbox does not start on port " + port);
    }

    /**
     * Backlog for all connections that delivery may open at one moment: the kernel acknowledges and forgets connections
     * beyond the backlog, which would then wait minutes for a greeting.
     */
    @Override
    protected ServerSocket openServerSocket() throws IOException {
        var socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(bindTo, setup.getPort()), BACKLOG);
        return socket;
    }

    @Override
    protected ProtocolHandler createProtocolHandler(Socket client) {
        return new SmtpHandler(new PostboxCommands(postbox), managers.getSmtpManager(), client);
    }

    @Override
    public void close() {
        stopService();
    }
}
