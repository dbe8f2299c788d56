package io.milena.standalone.postbox;

import io.milena.testing.FreePorts;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The inbox's page and its API on a port of loopback, over a postbox that tests put mail into. */
final class RunningInbox implements AutoCloseable {
    final Postbox postbox;
    private final Vertx vertx = Vertx.vertx();
    private final int port = FreePorts.take();

    RunningInbox(Path directory) {
        postbox = new Postbox(directory);
        var router = Router.router(vertx);
        new Inbox(postbox, List.of("mail.corp.example")).mount(router);
        vertx.createHttpServer()
                .requestHandler(router)
                .listen(port, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    int port() {
        return port;
    }

    String url(String path) {
        return "http://localhost:" + port + path;
    }

    /** Puts a message in, with the lines of its header section and its body as they stand, and gives its id. */
    long keep(String to, String message) {
        postbox.keep(
                "app@shop.example",
                List.of(to),
                message.replace("\r\n", "\n").replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
        return postbox.list().messages().getFirst().id();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
