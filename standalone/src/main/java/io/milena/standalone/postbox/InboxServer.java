package io.milena.standalone.postbox;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * HTTP of a postbox that is a process of its own, within the limits that Quarkus keeps in the other processes: clients
 * that connect and say nothing must not use up its descriptors, which its SMTP needs too.
 */
final class InboxServer {
    /** As {@code quarkus.http.limits.max-connections} of the other processes. */
    static final int MOST_CONNECTIONS = 1000;

    /** A test may wait five minutes for a message. */
    private static final Duration IDLE = Duration.ofMinutes(6);

    private final AtomicInteger open = new AtomicInteger();

    private InboxServer() {}

    /** Listens; the future fails if the port is taken. */
    static Future<HttpServer> start(Vertx vertx, Inbox inbox, String host, int port) {
        var router = Router.router(vertx);
        inbox.mount(router);
        // Where HTTP/2 is possible, a connection counts only from its first octet on.
        var options = new HttpServerOptions()
                .setIdleTimeout((int) IDLE.toSeconds())
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setHttp2ClearTextEnabled(false);
        return vertx.createHttpServer(options)
                .connectionHandler(new InboxServer()::count)
                .requestHandler(router)
                .listen(port, host);
    }

    private void count(HttpConnection connection) {
        connection.closeHandler(closed -> open.decrementAndGet());
        if (open.incrementAndGet() > MOST_CONNECTIONS) {
            connection.close();
        }
    }
}
