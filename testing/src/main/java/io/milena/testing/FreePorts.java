package io.milena.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.stream.IntStream;

/**
 * Ports for servers that start later, on any address of 127.0.0.0/8. Each JVM claims a range of 300 ports below those that
 * the system gives to clients, by listening on the first one for as long as it lives: test runs side by side never meet.
 * Thread-safe.
 */
public final class FreePorts {
    private static final int FIRST = 11_000;
    private static final int RANGE = 300;
    private static final int RANGES = 70;
    private static final ServerSocket CLAIM = claim();
    private static int last = CLAIM.getLocalPort();

    private FreePorts() {}

    /** The number of this JVM's range, from 0: tells apart the directories of test runs side by side. */
    public static int range() {
        return (CLAIM.getLocalPort() - FIRST) / RANGE;
    }

    /** A port of the range on which nothing listens now; another one at each call until the range has been given once. */
    public static synchronized int take() {
        for (int tried = 1; tried < RANGE; tried++) {
            last = last + 1 < CLAIM.getLocalPort() + RANGE ? last + 1 : CLAIM.getLocalPort() + 1;
            // Bound to all addresses, so that a server on another address of 127.0.0.0/8 is noticed too.
            try (var socket = new ServerSocket(last)) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                continue;
            }
        }
        throw new IllegalStateException("all ports of range " + range() + " are taken");
    }

    /** Several ports, all different. */
    public static int[] take(int count) {
        return IntStream.generate(FreePorts::take).limit(count).toArray();
    }

    private static ServerSocket claim() {
        IOException refused = null;
        for (int range = 0; range < RANGES; range++) {
            try {
                return new ServerSocket(FIRST + range * RANGE, 1, InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                refused = e;
            }
        }
        throw new UncheckedIOException("all ranges of ports are taken", refused);
    }
}
