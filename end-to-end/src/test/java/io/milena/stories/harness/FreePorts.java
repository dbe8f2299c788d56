package io.milena.stories.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports for a platform that is started later: below those that the system gives to clients (32768 and up), in a range of this fork's own, each once. So nobody has taken
 * one meanwhile. Thread-safe.
 */
final class FreePorts {
    /** The number of this fork of the test run, from 1. */
    static final int FORK = Integer.getInteger("milena.fork", 1);

    private static final int RANGE = 3000;
    private static int next = 20_000 + RANGE * FORK;

    private FreePorts() {}

    static synchronized List<Integer> take(int count) throws IOException {
        var ports = new ArrayList<Integer>();
        while (ports.size() < count) {
            int port = next++;
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                ports.add(socket.getLocalPort());
            } catch (IOException e) {
                if (next >= 20_000 + RANGE * (FORK + 1)) {
                    throw e;
                }
            }
        }
        return ports;
    }
}
