package io.milena.smtp;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Sends content after DATA: doubles a dot at the start of a line and ends the content with CRLF.CRLF (RFC 5321 §4.5.2).
 * The content comes in pieces of any size; nothing else is changed. Confined to one thread.
 */
public final class DotStuffing {
    private static final byte[] END_ON_NEW_LINE = {'.', '\r', '\n'};
    private static final byte[] END = {'\r', '\n', '.', '\r', '\n'};

    private final OutputStream out;
    private boolean lineStart = true;
    private boolean afterCarriageReturn;

    public DotStuffing(OutputStream out) {
        this.out = out;
    }

    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            byte octet = bytes[i];
            if (octet == '.' && lineStart) {
                out.write(bytes, from, i - from);
                out.write('.');
                from = i;
            }
            lineStart = octet == '\n' && afterCarriageReturn;
            afterCarriageReturn = octet == '\r';
        }
        out.write(bytes, from, end - from);
    }

    /** Ends the content; the stream is not flushed. */
    public void finish() throws IOException {
        out.write(lineStart ? END_ON_NEW_LINE : END);
    }
}
