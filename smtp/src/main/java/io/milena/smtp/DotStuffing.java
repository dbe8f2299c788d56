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
    /** The last two octets: content begins as if a line had ended. */
    private byte lastButOne = '\r';

    private byte last = '\n';

    public DotStuffing(OutputStream out) {
        this.out = out;
    }

    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int end = offset + length;
        for (int dot = Octets.indexOf('.', bytes, offset, end);
                dot < end;
                dot = Octets.indexOf('.', bytes, dot + 1, end)) {
            if (beginsLine(bytes, offset, dot)) {
                out.write(bytes, from, dot - from);
                out.write('.');
                from = dot;
            }
        }
        out.write(bytes, from, end - from);
        if (length > 0) {
            lastButOne = length > 1 ? bytes[end - 2] : last;
            last = bytes[end - 1];
        }
    }

    private boolean beginsLine(byte[] bytes, int offset, int at) {
        int before = at - offset;
        byte one = before > 0 ? bytes[at - 1] : last;
        if (one != '\n') {
            return false;
        }
        byte two = before > 1 ? bytes[at - 2] : before == 1 ? last : lastButOne;
        return two == '\r';
    }

    /** Ends the content; the stream is not flushed. */
    public void finish() throws IOException {
        out.write(lastButOne == '\r' && last == '\n' ? END_ON_NEW_LINE : END);
    }
}
