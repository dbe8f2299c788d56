package io.milena.ingest.tls;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Some handshakes with ourselves, over a port of loopback that nobody else knows, while the service starts: the first
 * one loads all that TLS consists of, which takes a second that no client must wait for. Thread-safe.
 */
public final class TlsRehearsal {
    private static final Logger LOG = Logger.getLogger(TlsRehearsal.class);
    private static final int HANDSHAKES = 4;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final CompletableFuture<Void> done;

    private TlsRehearsal(CompletableFuture<Void> done) {
        this.done = done;
    }

    /** Begins, on event loops. */
    public static TlsRehearsal begin(Vertx vertx, ServedCertificates certificates) {
        var server = vertx.createNetServer(
                certificates.secure(new NetServerOptions().setHost("127.0.0.1").setPort(0)));
        server.connectHandler(TlsRehearsal::upgrade).exceptionHandler(TlsRehearsal::failed);
        var client =
                vertx.createNetClient(new NetClientOptions().setTrustAll(true).setHostnameVerificationAlgorithm(""));
        var all = server.listen()
                .compose(listening -> handshakes(client, listening))
                .eventually(() -> Future.join(client.close(), server.close()));
        return new TlsRehearsal(all.toCompletionStage().toCompletableFuture());
    }

    private static void upgrade(NetSocket socket) {
        socket.exceptionHandler(TlsRehearsal::failed);
        socket.upgradeToSsl().onFailure(TlsRehearsal::failed);
    }

    private static Future<Void> handshakes(NetClient client, NetServer server) {
        var address = SocketAddress.inetSocketAddress(server.actualPort(), "127.0.0.1");
        Future<Void> last = Future.succeededFuture();
        for (int i = 0; i < HANDSHAKES; i++) {
            last = last.compose(before -> client.connect(address))
                    .compose(socket -> socket.upgradeToSsl().compose(secured -> socket.close()));
        }
        return last;
    }

    private static void failed(Throwable failure) {
        LOG.debugf(failure, "a handshake with ourselves failed");
    }

    /** Waits for the end, ten seconds at most. Returns whether TLS is ready; if not, the first client waits for it. */
    public boolean await() {
        try {
            done.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
