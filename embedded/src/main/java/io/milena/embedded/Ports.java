package io.milena.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** TCP ports of this machine: whether one is free, and which are. */
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

    /**
     * Different free ports of the loopback address. Another program may take one before its user does: for tests.
     */
    public static int[] free(int count) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return held.stream().mapToInt(ServerSocket::getLocalPort).toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            held.forEach(Ports::release);
        }
    }

    private static void release(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String reason(Exception e) {
        var text = String.valueOf(e.getMessage());
        return text.contains("in use") ? "another program listens on it" : text;
    }
}
