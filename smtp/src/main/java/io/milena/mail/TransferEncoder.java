package io.milena.mail;

import java.io.IOException;

/** Takes a body in pieces of any size and writes it in a transfer encoding (RFC 2045 §6). Confined to one thread. */
interface TransferEncoder {
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** Ends the body; no line end is added. */
    void finish() throws IOException;
}
