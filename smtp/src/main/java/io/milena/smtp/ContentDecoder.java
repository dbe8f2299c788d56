package io.milena.smtp;

import java.util.Optional;

/**
 * Takes a message's content in pieces of any size as the wire has it, and gives it as it was meant, with CR and LF only as CRLF. Not
 * thread-safe.
 */
public sealed interface ContentDecoder permits DotDecoder, ChunkDecoder {
    /** What is done about a CR or LF that stands alone. */
    enum BareNewline {
        /** It becomes CRLF; a dot after it is text. */
        NORMALIZE,
        /** The content is refused. */
        REJECT
    }

    /** Where the decoded octets go; the array is only lent. */
    interface Sink {
        void accept(byte[] bytes, int offset, int length);
    }

    /** Decodes {@code bytes[from..to)} and returns the index after what belongs to the content: {@code to}, unless it has ended. */
    int decode(byte[] bytes, int from, int to, Sink sink);

    /** Whether the content has come to its end. */
    boolean ended();

    /** Whether an octet beyond ASCII has come by. */
    boolean eightBit();

    /** Why the content has to be refused, if it has to; the decoder goes on to its end, so that the session stays in step. */
    Optional<Reply> fault();
}
