package io.milena.delivery.egress;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** The deadline for making a connection, over all of its steps; {@link System#nanoTime()}. */
record Deadline(long nanoTime) {
    static Deadline after(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos());
    }

    /** Time left for the next step; never 0, which sockets take for "no limit". */
    int millisLeft() throws SocketTimeoutException {
        long left = nanoTime - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("timed out");
        }
        return (int) Math.clamp(left / 1_000_000, 1, Integer.MAX_VALUE);
    }

    /** Reads exactly {@code count} octets and none beyond, however slowly they come. */
    byte[] read(Socket socket, int count) throws IOException {
        var octets = new byte[count];
        for (int got = 0; got < count; ) {
            socket.setSoTimeout(millisLeft());
            int more = socket.getInputStream().read(octets, got, count - got);
            if (more < 0) {
                throw new EOFException("connection closed");
            }
            got += more;
        }
        return octets;
    }
}
