package io.milena.ingest.connection;

import io.milena.ingest.tls.KeyMaterial;
import io.milena.ingest.tls.ServedCertificates;
import io.milena.smtp.Network;
import io.milena.smtp.Replies;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The listeners of one event loop and the connections that it serves. Several are deployed, and Vert.x spreads
 * connections over them. Everything but {@link #onEventLoop} runs on its event loop.
 */
public final class SmtpListener extends AbstractVerticle {
    private static final long LONGEST_SWEEP_INTERVAL_MILLIS = 5_000;

    /** A load balancer sends its header at once. */
    private static final long PROXY_HEADER_SECONDS = 3;

    private final SharedParts shared;
    private final Ports ports;
    private final ServedCertificates certificate;
    private final Set<SmtpConnection> connections = new HashSet<>();
    private boolean closing;

    /**
     * A port to listen on.
     *
     * @param tls whether TLS begins with the first octet; else STARTTLS is offered
     * @param proxied whether each connection begins with a PROXY header
     * @param delay delay of the greeting
     */
    public record Port(int number, boolean tls, boolean proxied, Duration delay) {
        public static Port clear(int number) {
            return new Port(number, false, false, Duration.ZERO);
        }

        public static Port tls(int number) {
            return new Port(number, true, false, Duration.ZERO);
        }
    }

    /**
     * The addresses to listen on.
     *
     * @param proxies networks that may connect to ports with a PROXY header
     * @param clientCertificates whether clients are asked for a certificate
     */
    public record Ports(String host, List<Port> ports, List<Network> proxies, boolean clientCertificates) {}

    public SmtpListener(SharedParts shared, Ports ports, ServedCertificates certificate) {
        this.shared = shared;
        this.ports = ports;
        this.certificate = certificate;
    }

    @Override
    public void start(Promise<Void> started) {
        var listening = new ArrayList<Future<NetServer>>();
        ports.ports().forEach(port -> listening.add(listen(port)));
        long interval =
                Math.min(LONGEST_SWEEP_INTERVAL_MILLIS, shared.commandTimeout().toMillis() / 4 + 1);
        vertx.setPeriodic(interval, timer -> sweep());
        Future.all(listening).<Void>mapEmpty().onComplete(started);
    }

    private Future<NetServer> listen(Port port) {
        var options = certificate.secure(new NetServerOptions()
                .setHost(ports.host())
                .setPort(port.number())
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setAcceptBacklog(1024)
                .setSsl(port.tls())
                .setUseProxyProtocol(port.proxied())
                .setProxyProtocolTimeout(PROXY_HEADER_SECONDS)
                .setProxyProtocolTimeoutUnit(TimeUnit.SECONDS));
        if (ports.clientCertificates()) {
            options.setClientAuth(ClientAuth.REQUEST).setTrustOptions(KeyMaterial.ANY_CLIENT);
        }
        var server = vertx.createNetServer(options).connectHandler(socket -> connected(socket, port));
        server.exceptionHandler(failure -> EventLog.noSession(port, failure));
        return server.listen()
                .recover(failure -> Future.failedFuture(new IllegalStateException(
                        "SMTP cannot listen on " + ports.host() + ":" + port.number() + ": " + failure.getMessage(),
                        failure)));
    }

    private void connected(NetSocket socket, Port port) {
        if (port.proxied() && !fromProxy(socket)) {
            // A peer that may send a PROXY header can claim any address.
            EventLog.closed("no proxy of ours", socket.remoteAddress(true).hostAddress());
            socket.end(Buffer.buffer(Replies.NO_PROXY.wire()));
            return;
        }
        var connection = new SmtpConnection(socket, context, shared, port.tls());
        var welcome = shared.connectionCounts().opened(connection.remote());
        connections.add(connection);
        shared.metrics().opened();
        socket.closeHandler(closed -> {
            connection.closed();
            connections.remove(connection);
            shared.connectionCounts().closed(connection.remote());
            shared.metrics().closed();
        });
        if (closing) {
            connection.hangUp(Replies.SHUTTING_DOWN);
            return;
        }
        switch (welcome) {
            case GRANTED -> connection.open(port.delay());
            case TOO_MANY_FROM_ADDRESS -> connection.hangUp(Replies.TOO_MANY_CONNECTIONS);
            case TOO_MANY_IN_ALL -> connection.hangUp(Replies.TOO_BUSY);
        }
    }

    private boolean fromProxy(NetSocket socket) {
        var peer = InetAddress.ofLiteral(socket.remoteAddress(true).hostAddress());
        return ports.proxies().stream().anyMatch(network -> network.holds(peer));
    }

    private void sweep() {
        long now = System.nanoTime();
        List.copyOf(connections).forEach(connection -> connection.sweep(now));
    }

    /** Runs a task on this listener's event loop. Called from any thread. */
    public void onEventLoop(Runnable task) {
        context.runOnContext(ignored -> task.run());
    }

    /** From now on each new client gets 421, and each open session at the end of its transaction. */
    public void shutDown() {
        closing = true;
        List.copyOf(connections).forEach(SmtpConnection::shutDown);
    }
}
