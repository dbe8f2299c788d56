package io.milena.standalone.postbox;

import io.milena.embedded.NodeProcess;
import io.milena.embedded.Ports;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The postbox as a process of its own; arguments: {@code DIRECTORY SMTP-PORT HTTP-HOST HTTP-PORT [INBOX-HOSTS]}. */
public final class PostboxNode {
    private PostboxNode() {}

    public static void main(String... arguments) {
        NodeProcess.run("postbox", Duration.ofSeconds(10), () -> {
            var postbox = new Postbox(Path.of(arguments[0]));
            int httpPort = Integer.parseInt(arguments[3]);
            Ports.requireFree(arguments[2], httpPort, "inbox");
            var vertx = Vertx.vertx();
            var names = arguments.length > 4 ? List.of(arguments[4].split(",")) : List.<String>of();
            InboxServer.start(vertx, new Inbox(postbox, PostboxBean.names(names, arguments[2])), arguments[2], httpPort)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
            var smtp = PostboxServer.start(Integer.parseInt(arguments[1]), postbox);
            return () -> {
                smtp.close();
                vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
            };
        });
    }
}
