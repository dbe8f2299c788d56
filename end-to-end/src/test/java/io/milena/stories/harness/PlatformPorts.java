package io.milena.stories.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Free ports for everything that a standalone opens, kept for its whole life, restarts included; those of {@code parts} are of processes of their own. */
record PlatformPorts(
        int smtp,
        int submission,
        int smtpTls,
        int http,
        int kafka,
        int kafkaController,
        int postgres,
        int postbox,
        Map<String, Integer> parts) {

    /** With one for the HTTP of each of these parts. */
    static PlatformPorts free(List<String> partNames) throws IOException {
        var held = new ArrayList<ServerSocket>();
        for (int i = 0; i < 8 + partNames.size(); i++) {
            held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        }
        var ports = held.stream().map(ServerSocket::getLocalPort).toList();
        for (var socket : held) {
            socket.close();
        }
        var parts = new TreeMap<String, Integer>();
        partNames.forEach(name -> parts.put(name, ports.get(8 + parts.size())));
        return new PlatformPorts(
                ports.get(0),
                ports.get(1),
                ports.get(2),
                ports.get(3),
                ports.get(4),
                ports.get(5),
                ports.get(6),
                ports.get(7),
                parts);
    }

    Map<String, String> config() {
        var config = new TreeMap<>(Map.ofEntries(
                Map.entry("milena.smtp.host", "127.0.0.1"),
                Map.entry("milena.smtp.ports", smtp + "," + submission),
                Map.entry("milena.smtp.tls-ports", Integer.toString(smtpTls)),
                Map.entry("quarkus.http.host", "127.0.0.1"),
                Map.entry("quarkus.http.port", Integer.toString(http)),
                Map.entry("milena.standalone.kafka-port", Integer.toString(kafka)),
                Map.entry("milena.standalone.kafka-controller-port", Integer.toString(kafkaController)),
                Map.entry("milena.standalone.postgres-port", Integer.toString(postgres)),
                Map.entry("milena.standalone.postbox-port", Integer.toString(postbox))));
        parts.forEach((name, port) -> config.put("milena.split." + name + "-http-port", Integer.toString(port)));
        return config;
    }
}
