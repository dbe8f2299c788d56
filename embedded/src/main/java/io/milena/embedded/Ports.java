package io.milena.embedded;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** TCP ports of this machine: whether one is free. */
public final class Ports {
    private Ports() {}

    /** Throws a {@link StartException} that a person understands when nothing can listen on the port any more. */
    public static void requireFree(String host, int port, String purpose) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(host, port));
        } catch (IOException | IllegalArgumentException e) {
            throw new StartException("port %d (%s) cannot be used: %s".formatted(port, purpose, reason(e)));
        }
    }

    private static String reason(Exception e) {
        var text = String.valueOf(e.getMessage());
        return text.contains("in use") ? "another program listens on it" : text;
    }
}
