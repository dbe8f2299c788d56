package io.milena.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * A broker as a process of its own:
 * {@code --dir DIR --node 1 --port 9092 --controllers 9093,9095,9097 --cluster ID}. With {@code --advertised PORT
 * --controller PORT} the others reach it by another port than its own, and its controller by that of
 * {@code --controllers}: so something can stand in between.
 */
public final class KafkaNode {
    private KafkaNode() {}

    public static void main(String... arguments) {
        // The last node of a cluster to stop finds no majority to let it go: a clean stop would take minutes.
        NodeProcess.run("kafka", Duration.ofSeconds(15), () -> EmbeddedKafka.start(settings(arguments)));
    }

    private static KafkaNodeSettings settings(String... arguments) {
        var options = Options.parse(arguments);
        var controllers = Arrays.stream(options.get("controllers").split(","))
                .map(Integer::valueOf)
                .toList();
        int node = options.number("node");
        int port = options.number("port");
        return new KafkaNodeSettings(
                Path.of(options.get("dir")),
                node,
                port,
                options.number("advertised", port),
                options.number("controller", KafkaNodeSettings.controllerPort(node, controllers)),
                controllers,
                options.get("cluster"));
    }
}
