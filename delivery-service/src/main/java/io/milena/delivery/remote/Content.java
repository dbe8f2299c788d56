package io.milena.delivery.remote;

import java.io.IOException;

/**
 * The content of a message as it is sent, in pieces: header section first. It can be read several times; memory holds
 * one chunk, whatever the size.
 */
public interface Content {
    long size();

    void writeTo(Sink sink) throws IOException;

    /**
     * The content for a host that takes 7-bit content only (RFC 6152 §3). Reads all of it, so call it only if needed.
     */
    SevenBit sevenBit() throws Unreadable;

    /** The result of a conversion to 7 bits. */
    sealed interface SevenBit {}

    /** There is no 8-bit octet in it. */
    record AsItIs() implements SevenBit {}

    record Converted(Content content) implements SevenBit {}

    /** It cannot be converted without loss; {@code explanation} is the end of a sentence. */
    record Impossible(String explanation) implements SevenBit {}

    /** Takes pieces in order; an exception ends the reading. */
    interface Sink {
        void accept(byte[] bytes, int offset, int length) throws IOException;
    }

    /** The content could not be read from the topic; the remote is not the cause. */
    public final class Unreadable extends IOException {
        private static final long serialVersionUID = 1;

        public Unreadable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
