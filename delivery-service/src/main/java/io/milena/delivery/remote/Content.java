package io.milena.delivery.remote;

import java.io.IOException;

/** The content of a message as it is to be sent, in pieces: header section first. It may be read again; any size costs one chunk. */
public interface Content {
    long size();

    void writeTo(Sink sink) throws IOException;

    /** The same for a host that takes 7-bit content only (RFC 6152 §3). Costs a reading of all of it, so it is for when it is needed. */
    SevenBit sevenBit() throws Unreadable;

    /** What 7-bit content comes to. */
    sealed interface SevenBit {}

    /** There is no 8-bit octet in it. */
    record AsItIs() implements SevenBit {}

    record Converted(Content content) implements SevenBit {}

    /** It can't be converted without loss; {@code explanation} is the end of a sentence. */
    record Impossible(String explanation) implements SevenBit {}

    /** Takes pieces in order; an exception ends the reading. */
    interface Sink {
        void accept(byte[] bytes, int offset, int length) throws IOException;
    }

    /** The content could not be read from the topic; the remote is not to blame. */
    public final class Unreadable extends IOException {
        private static final long serialVersionUID = 1;

        public Unreadable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
