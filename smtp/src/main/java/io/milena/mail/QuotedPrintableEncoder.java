package io.milena.mail;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes quoted-printable (RFC 2045 §6.7): CRLF stays a line end; a CR or LF alone, NUL, 8-bit and white space at a
 * line's end are encoded. Keeps one line in memory.
 */
final class QuotedPrintableEncoder implements TransferEncoder {
    /** Characters of a line, without the '=' of a soft line break. */
    private static final int WIDTH = 75;

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};

    private final OutputStream out;
    private final byte[] line = new byte[WIDTH + "=\r\n".length()];
    private int column;
    /** White space that was read last and may end its line, or 0. */
    private byte space;

    private boolean carriageReturn;

    QuotedPrintableEncoder(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            next(bytes[i]);
        }
    }

    private void next(byte octet) throws IOException {
        if (carriageReturn) {
            carriageReturn = false;
            if (octet == '\n') {
                endLine();
                return;
            }
            plainSpace();
            encoded((byte) '\r');
        }
        switch (octet) {
            case '\r' -> carriageReturn = true;
            case ' ', '\t' -> {
                plainSpace();
                space = octet;
            }
            default -> {
                plainSpace();
                if (octet > ' ' && octet < 0x7f && octet != '=') {
                    plain(octet);
                } else {
                    encoded(octet);
                }
            }
        }
    }

    private void plainSpace() throws IOException {
        if (space != 0) {
            plain(space);
            space = 0;
        }
    }

    private void lastSpace() throws IOException {
        if (space != 0) {
            encoded(space);
            space = 0;
        }
    }

    private void plain(byte octet) throws IOException {
        if (makeRoom(1) && octet == '-') {
            // Text that our soft line break moved to the start of a line must not look like a boundary (RFC 2046
            // §5.1.1).
            encoded(octet);
        } else {
            line[column++] = octet;
        }
    }

    private void encoded(byte octet) throws IOException {
        makeRoom(3);
        line[column++] = '=';
        line[column++] = HEX[octet >> 4 & 15];
        line[column++] = HEX[octet & 15];
    }

    /** Whether a soft line break was written for it. */
    private boolean makeRoom(int width) throws IOException {
        if (column + width <= WIDTH) {
            return false;
        }
        line[column++] = '=';
        writeLine();
        return true;
    }

    private void endLine() throws IOException {
        lastSpace();
        writeLine();
    }

    private void writeLine() throws IOException {
        line[column++] = '\r';
        line[column++] = '\n';
        out.write(line, 0, column);
        column = 0;
    }

    @Override
    public void finish() throws IOException {
        if (carriageReturn) {
            carriageReturn = false;
            plainSpace();
            encoded((byte) '\r');
        }
        lastSpace();
        out.write(line, 0, column);
        column = 0;
    }
}
