package io.milena.bench;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A socket read by lines with little work, since the bench shares the cores with the platform that it measures.
 * Confined to one thread.
 */
final class LineSocket implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] line = new byte[4096];

    LineSocket(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
        out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
    }

    /** The next line without its end; of a longer one the first 4,096 octets. */
    String readLine() throws IOException {
        int length = 0;
        while (true) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("connection closed");
            }
            if (octet == '\n') {
                return new String(
                        line,
                        0,
                        length > 0 && line[length - 1] == '\r' ? length - 1 : length,
                        StandardCharsets.ISO_8859_1);
            }
            if (length < line.length) {
                line[length++] = (byte) octet;
            }
        }
    }

    /** Reads the next whole reply, which must have this code. */
    void expect(int code) throws IOException {
        String reply;
        do {
            reply = readLine();
        } while (reply.length() > 3 && reply.charAt(3) == '-');
        if (!reply.startsWith(Integer.toString(code))) {
            throw new IOException("expected " + code + ", but the reply was: " + reply);
        }
    }

    void write(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void flush() throws IOException {
        out.flush();
    }

    /** Whether more input is available: then replies wait for the last command of the group. */
    boolean hasMore() throws IOException {
        return in.available() > 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
