package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Platform;
import io.milena.stories.harness.ReceivedMail;
import io.milena.stories.harness.ScriptedMx;
import io.milena.stories.harness.Stage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The JVM of the whole platform is killed while applications submit and exchangers receive: mail that was promised with
 * 250 arrives. Mail that arrives twice was on its way at that instant.
 */
@Told
class KillIT {
    private static final int CLIENTS = 8;
    private static final int PROMISES_BEFORE_THE_KILL = 600;
    /** How long before the kill a message may have arrived without a recorded outcome. */
    private static final Duration IN_FLIGHT = Duration.ofSeconds(5);

    @Test
    void whatWasPromisedArrives() throws Exception {
        try (var stage = Stage.open();
                var platform = stage.platform("kill").start()) {
            var exchangers = List.of(
                    stage.exchangerFor("a.kill.test"),
                    stage.exchangerFor("b.kill.test"),
                    stage.exchangerFor("c.kill.test"));
            Set<String> promised = ConcurrentHashMap.newKeySet();

            Instant killed;
            try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < CLIENTS; i++) {
                    int number = i;
                    clients.submit(() -> submitUntilCutOff(platform, number, promised));
                }
                await().until(() -> promised.size() >= PROMISES_BEFORE_THE_KILL
                        && arrivals(exchangers).size() > 50);
                killed = Instant.now();
                platform.kill();
            }
            var before = Set.copyOf(promised);
            platform.start();

            await().atMost(Duration.ofMinutes(3))
                    .until(() -> arrivals(exchangers).keySet().containsAll(before));

            var twice = arrivals(exchangers).entrySet().stream()
                    .filter(arrival -> arrival.getValue().size() > 1)
                    .toList();
            System.out.printf("kill -9: %d promised, all arrived; %d of them twice%n", before.size(), twice.size());
            assertThat(twice).allSatisfy(arrival -> {
                assertThat(arrival.getValue()).hasSize(2);
                assertThat(arrival.getValue().getFirst().at()).isAfter(killed.minus(IN_FLIGHT));
            });
        }
    }

    /**
     * Submits as fast as the server answers, and records each recipient of an accepted message, until the connection
     * breaks.
     */
    private static Void submitUntilCutOff(Platform platform, int client, Set<String> promised) throws IOException {
        try (var session = platform.client()) {
            for (int i = 0; ; i++) {
                var name = "m" + client + "x" + i;
                // Each fifth goes to all domains, through the fan-out.
                var to = i % 5 == 0
                        ? Stream.of("a", "b", "c")
                                .map(domain -> name + "@" + domain + ".kill.test")
                                .toList()
                        : List.of(name + "@" + (char) ('a' + i % 3) + ".kill.test");
                var content = Content.of("app@sender.test", to.getFirst(), name, "Text.\n".repeat(100));
                if (session.send("app@sender.test", to, content).end().code() == 250) {
                    promised.addAll(to);
                }
            }
        }
    }

    /** All arrived mail, by recipient. */
    private static Map<String, List<ReceivedMail>> arrivals(List<ScriptedMx> exchangers) {
        return exchangers.stream()
                .flatMap(mx -> mx.received().stream())
                .collect(Collectors.groupingBy(mail -> mail.forwardPaths().getFirst()));
    }
}
