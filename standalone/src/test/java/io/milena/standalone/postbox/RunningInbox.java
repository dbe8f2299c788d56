package io.milena.standalone.postbox;

import io.milena.testing.FreePorts;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The inbox's page and API on a loopback port, over a postbox that tests fill. */
final class RunningInbox implements AutoCloseable {
    final Postbox postbox;
    private final Vertx vertx = Vertx.vertx();
    private final int port = FreePorts.take();

    RunningInbox(Path directory) {
        postbox = new Postbox(directory);
        InboxServer.start(vertx, new Inbox(postbox, List.of("mail.corp.example")), "127.0.0.1", port)
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

    /** Stores a message with its header section and body as given, and returns its id. */
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
