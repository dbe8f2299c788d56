package io.milena.stories.harness;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/**
 * Applications that submit, each to a domain of its own, until they are told to stop: each always has some mail under
 * way, and waits if that is much. One recipient in ten does not exist, another is deferred once; one message in seven
 * has two domains. Thread-safe.
 */
public final class Load implements AutoCloseable {
    private static final int UNDER_WAY = 40;

    private final Platform platform;
    private final Ledger ledger;
    private final String scene;
    private final Map<String, Semaphore> room = new TreeMap<>();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean stopped;

    private Load(Platform platform, Ledger ledger, String scene) {
        this.platform = platform;
        this.ledger = ledger;
        this.scene = scene;
    }

    /** Starts that many clients; their domains and sender's domain all lead to one slow exchanger. */
    public static Load begin(
            Platform platform, Stage stage, Ledger ledger, String scene, int clients, Duration deliberation) {
        var load = new Load(platform, ledger, scene);
        var host = "mx." + scene;
        stage.host(host).withoutStartTls().deliberating(deliberation).watchedBy(load::arrived);
        stage.dns().mx(load.sender().substring(load.sender().indexOf('@') + 1), 10, host);
        for (int i = 0; i < clients; i++) {
            stage.dns().mx(load.domain(i), 10, host);
            load.room.put(load.domain(i), new Semaphore(UNDER_WAY));
        }
        IntStream.range(0, clients)
                .forEach(client -> load.running.add(load.clients.submit(() -> load.submit(client, clients))));
        return load;
    }

    private String domain(int client) {
        return "d" + client + "." + scene;
    }

    public List<String> domains() {
        return List.copyOf(room.keySet());
    }

    private String sender() {
        return "app@sender." + scene;
    }

    private void arrived(ReceivedMail mail) {
        ledger.arrived(mail);
        var path = mail.forwardPaths().getFirst();
        var permits = room.get(path.substring(path.indexOf('@') + 1));
        if (permits != null) {
            permits.release();
        }
    }

    private Void submit(int client, int clients) throws IOException, InterruptedException {
        var own = domain(client);
        try (var session = platform.client()) {
            for (int i = 0; !stopped; i++) {
                var name = name(i) + "m" + client + "x" + i;
                var to = new ArrayList<>(List.of(name + "@" + own));
                if (i % 7 == 0) {
                    to.add("m" + client + "x" + i + "@" + domain((client + 1) % clients));
                }
                if (!name.startsWith("550")) {
                    room.get(own).acquire();
                }
                var content = Content.of(sender(), to.getFirst(), name, "Text.\n".repeat(100));
                ledger.promise(session.send(sender(), to, content).queueId(), to);
            }
        }
        return null;
    }

    /** The local-part that tells the exchanger how to treat this recipient ({@link Script}). */
    private static String name(int number) {
        return switch (number % 10) {
            case 3 -> "550+";
            case 6 -> "451-once+";
            default -> "";
        };
    }

    /** Returns when each client has its last answer; throws if one of them stopped before. */
    public void stop() {
        stopped = true;
        room.values().forEach(permits -> permits.release(UNDER_WAY));
        for (var client : running) {
            try {
                client.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a client was stopped", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        clients.shutdownNow();
    }
}
