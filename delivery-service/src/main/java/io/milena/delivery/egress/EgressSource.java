package io.milena.delivery.egress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;

/**
 * A source of mail: the addresses that remotes see, the host name that goes with them, and the way out. Identified by
 * its name; immutable.
 */
public final class EgressSource {
    private final String name;
    private final String hostname;
    private final Exit exit;

    EgressSource(String name, String hostname, Exit exit) {
        this.name = name;
        this.hostname = hostname;
        this.exit = exit;
    }

    /** The source if none is configured: the system chooses the address. */
    public static EgressSource unnamed(String hostname) {
        return new EgressSource("", hostname, new Direct(new Addresses(Optional.empty(), Optional.empty())));
    }

    /** Empty for the source that is not configured. */
    public Optional<String> name() {
        return name.isEmpty() ? Optional.empty() : Optional.of(name);
    }

    /** The name for EHLO. */
    public String hostname() {
        return hostname;
    }

    /** Whether it has an address of this remote's family. */
    public boolean reaches(InetAddress remote) {
        return exit.reaches(remote);
    }

    /** A connection; {@code from} is the address that the remote sees, as far as we know it. */
    public record Connected(Socket socket, InetAddress from) {}

    /**
     * Connects within the limit, over all steps. Throws {@link EgressException} if our way out failed and not the
     * remote.
     */
    public Connected connect(InetSocketAddress remote, Duration limit) throws IOException {
        var socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            var from = exit.connect(socket, remote, Deadline.after(limit));
            socket.setSoTimeout(0);
            return new Connected(socket, from);
        } catch (IOException | RuntimeException e) {
            close(socket);
            throw e;
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It never was a connection.
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EgressSource source && source.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
