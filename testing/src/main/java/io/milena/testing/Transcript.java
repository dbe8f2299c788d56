package io.milena.testing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Lines over a socket, ended by CRLF only (RFC 5321 §2.3.8); one char per octet. Confined to one thread at a time. */
public final class Transcript {
    private final InputStream in;
    private final OutputStream out;

    public Transcript(Socket socket) throws IOException {
        in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
        out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
    }

    /** The next line without its CRLF; an {@link EOFException} if the other side hung up. */
    public String readLine() throws IOException {
        var line = new ByteArrayOutputStream();
        int last = -1;
        while (true) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("hung up after '" + line.toString(StandardCharsets.ISO_8859_1) + "'");
            }
            if (last == '\r' && octet == '\n') {
                var text = line.toString(StandardCharsets.ISO_8859_1);
                return text.substring(0, text.length() - 1);
            }
            line.write(octet);
            last = octet;
        }
    }

    /** The content up to CRLF.CRLF, dots unstuffed (RFC 5321 §4.5.2). */
    public byte[] readContent() throws IOException {
        var content = new ByteArrayOutputStream();
        boolean lineStart = true;
        boolean carriageReturn = false;
        while (true) {
            int octet = next();
            if (lineStart && octet == '.') {
                int second = next();
                if (second == '\r') {
                    int third = next();
                    if (third == '\n') {
                        return content.toByteArray();
                    }
                    content.write('\r');
                    content.write(third);
                    lineStart = false;
                    carriageReturn = third == '\r';
                    continue;
                }
                octet = second;
            }
            content.write(octet);
            lineStart = carriageReturn && octet == '\n';
            carriageReturn = octet == '\r';
        }
    }

    private int next() throws IOException {
        int octet = in.read();
        if (octet < 0) {
            throw new EOFException("hung up inside the content");
        }
        return octet;
    }

    public void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Writes the content dot-stuffed, ended by CRLF.CRLF; it must end in CRLF or be empty. */
    public void writeContent(byte[] content) throws IOException {
        boolean lineStart = true;
        for (byte octet : content) {
            if (lineStart && octet == '.') {
                out.write('.');
            }
            out.write(octet);
            lineStart = octet == '\n';
        }
        write(".\r\n");
    }

    public void flush() throws IOException {
        out.flush();
    }
}
