package io.milena.delivery.remote;

import java.io.IOException;

/** The content of a message as it is to be sent, in pieces: header section first. Read once; any size costs one chunk. */
public interface Content {
    long size();

    void writeTo(Sink sink) throws IOException;

    /** Takes pieces in order; an exception ends the reading. */
    interface Sink {
        void accept(byte[] bytes, int offset, int length) throws IOException;
    }

    /** The content could not be read from the topic; the remote is not to blame. */
    final class Unreadable extends IOException {
        private static final long serialVersionUID = 1;

        public Unreadable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
