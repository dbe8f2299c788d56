package io.milena.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One broker that is also a controller (KRaft), on loopback.
 *
 * @param dir directory of its log
 * @param nodeId 1 … number of nodes
 * @param port where it listens to clients and other brokers
 * @param advertisedPort by which they reach it: {@code port}, unless something stands in between
 * @param controllerPort where it listens to controllers
 * @param controllerPorts by which the controllers of all nodes are reached, node 1 first; their number is the size of
 *     the cluster
 * @param clusterId equal for all nodes: 22 characters of base64, see {@link EmbeddedKafka#newClusterId()}
 */
public record KafkaNodeSettings(
        Path dir,
        int nodeId,
        int port,
        int advertisedPort,
        int controllerPort,
        List<Integer> controllerPorts,
        String clusterId) {
    private static final String HOST = "127.0.0.1";

    public KafkaNodeSettings {
        dir = dir.toAbsolutePath();
        controllerPorts = List.copyOf(controllerPorts);
        controllerPort(nodeId, controllerPorts);
    }

    /** The port by which the controller of a node is reached. */
    static int controllerPort(int nodeId, List<Integer> controllerPorts) {
        if (nodeId < 1 || nodeId > controllerPorts.size()) {
            throw new IllegalArgumentException(
                    "nodeId: %d (expected: 1 to %d)".formatted(nodeId, controllerPorts.size()));
        }
        return controllerPorts.get(nodeId - 1);
    }

    /** A node of a cluster whose nodes reach each other without anything in between. */
    static KafkaNodeSettings direct(Path dir, int nodeId, int port, List<Integer> controllerPorts, String clusterId) {
        return new KafkaNodeSettings(
                dir, nodeId, port, port, controllerPort(nodeId, controllerPorts), controllerPorts, clusterId);
    }

    String bootstrapServers() {
        return HOST + ":" + port;
    }

    Properties properties() {
        int nodes = controllerPorts.size();
        var replicas = Integer.toString(Math.min(3, nodes));
        var inSync = Integer.toString(nodes >= 3 ? 2 : 1);
        var properties = new Properties();
        properties.setProperty("process.roles", "broker,controller");
        properties.setProperty("node.id", Integer.toString(nodeId));
        properties.setProperty(
                "listeners", "PLAINTEXT://%s:%d,CONTROLLER://%s:%d".formatted(HOST, port, HOST, controllerPort));
        properties.setProperty("advertised.listeners", "PLAINTEXT://%s:%d".formatted(HOST, advertisedPort));
        properties.setProperty("controller.listener.names", "CONTROLLER");
        properties.setProperty("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.setProperty("controller.quorum.voters", voters());
        properties.setProperty("log.dirs", dir.toString());
        properties.setProperty("auto.create.topics.enable", "false");
        properties.setProperty("group.initial.rebalance.delay.ms", "0");
        properties.setProperty("default.replication.factor", replicas);
        for (var topic : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            properties.setProperty(topic + ".replication.factor", replicas);
        }
        properties.setProperty("transaction.state.log.min.isr", inSync);
        properties.setProperty("share.coordinator.state.topic.min.isr", inSync);
        // A killed broker counts as alive until its session ends, and cannot come back before that.
        properties.setProperty("broker.session.timeout.ms", "2000");
        properties.setProperty("broker.heartbeat.interval.ms", "500");
        // There are few topics and clients: the defaults are for hundreds, and each costs memory or start-up time.
        properties.setProperty("offsets.topic.num.partitions", "4");
        properties.setProperty("transaction.state.log.num.partitions", "4");
        properties.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(16 * 1024 * 1024));
        properties.setProperty("log.index.size.max.bytes", Integer.toString(2 * 1024 * 1024));
        properties.setProperty("num.network.threads", "2");
        properties.setProperty("num.io.threads", "4");
        properties.setProperty("background.threads", "2");
        // Only a closed segment can be deleted: smaller segments free the disk sooner.
        properties.setProperty("log.segment.bytes", Integer.toString(256 * 1024 * 1024));
        properties.setProperty("log.roll.hours", "12");
        return properties;
    }

    private String voters() {
        return IntStream.range(0, controllerPorts.size())
                .mapToObj(i -> "%d@%s:%d".formatted(i + 1, HOST, controllerPorts.get(i)))
                .collect(Collectors.joining(","));
    }
}
