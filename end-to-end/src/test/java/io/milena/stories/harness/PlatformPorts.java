package io.milena.stories.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Map;

/** Free ports for everything that a standalone opens, kept for its whole life, restarts included. */
record PlatformPorts(
        int smtp, int submission, int smtpTls, int http, int kafka, int kafkaController, int postgres, int postbox) {

    static PlatformPorts free() throws IOException {
        var held = new ArrayList<ServerSocket>();
        for (int i = 0; i < 8; i++) {
            held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        }
        var ports = held.stream().map(ServerSocket::getLocalPort).toList();
        for (var socket : held) {
            socket.close();
        }
        return new PlatformPorts(
                ports.get(0),
                ports.get(1),
                ports.get(2),
                ports.get(3),
                ports.get(4),
                ports.get(5),
                ports.get(6),
                ports.get(7));
    }

    Map<String, String> config() {
        return Map.ofEntries(
                Map.entry("milena.smtp.host", "127.0.0.1"),
                Map.entry("milena.smtp.ports", smtp + "," + submission),
                Map.entry("milena.smtp.tls-ports", Integer.toString(smtpTls)),
                Map.entry("quarkus.http.host", "127.0.0.1"),
                Map.entry("quarkus.http.port", Integer.toString(http)),
                Map.entry("milena.standalone.kafka-port", Integer.toString(kafka)),
                Map.entry("milena.standalone.kafka-controller-port", Integer.toString(kafkaController)),
                Map.entry("milena.standalone.postgres-port", Integer.toString(postgres)),
                Map.entry("milena.standalone.postbox-port", Integer.toString(postbox)));
    }
}
