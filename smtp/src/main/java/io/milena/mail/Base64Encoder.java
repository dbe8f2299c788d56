package io.milena.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Base64;

/** Writes base64 in lines of 76 (RFC 2045 §6.8); the last line has no line end. Keeps one line in memory. */
final class Base64Encoder implements TransferEncoder {
    private static final byte[] CRLF = {'\r', '\n'};

    private final OutputStream out;
    private final byte[] octets = new byte[57];
    private final byte[] line = new byte[76];
    private int filled;
    private boolean anyLine;

    Base64Encoder(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            int some = Math.min(end - at, octets.length - filled);
            System.arraycopy(bytes, at, octets, filled, some);
            filled += some;
            at += some;
            if (filled == octets.length) {
                writeLine(octets);
            }
        }
    }

    private void writeLine(byte[] whole) throws IOException {
        if (anyLine) {
            out.write(CRLF);
        }
        out.write(line, 0, Base64.getEncoder().encode(whole, line));
        anyLine = true;
        filled = 0;
    }

    @Override
    public void finish() throws IOException {
        if (filled > 0) {
            writeLine(Arrays.copyOf(octets, filled));
        }
    }
}
