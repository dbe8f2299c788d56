package io.milena.smtp;

import java.util.Optional;

/**
 * Decodes a message's content from the wire, in pieces of any size; the decoded content has CR and LF only as CRLF. Not
 * thread-safe.
 */
public sealed interface ContentDecoder permits DotDecoder, ChunkDecoder {
    /** How a CR or LF that stands alone is treated. */
    enum BareNewline {
        /** It becomes CRLF; a dot after it is text. */
        NORMALIZE,
        /** The content is refused. */
        REJECT
    }

    /** Takes decoded octets; the array is only lent. */
    interface Sink {
        void accept(byte[] bytes, int offset, int length);
    }

    /**
     * Decodes {@code bytes[from..to)} and returns the index after what belongs to the content: {@code to}, unless it
     * has ended.
     */
    int decode(byte[] bytes, int from, int to, Sink sink);

    /** Whether the content has come to its end. */
    boolean ended();

    /** Whether the content so far has an octet beyond ASCII. */
    boolean eightBit();

    /**
     * The reply that refuses the content, if it must be refused; decoding goes on to the end, so that the session stays
     * in step.
     */
    Optional<Reply> fault();
}
