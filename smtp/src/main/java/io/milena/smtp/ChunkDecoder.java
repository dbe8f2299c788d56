package io.milena.smtp;

import java.util.Optional;

/**
 * Takes the chunks that follow BDAT (RFC 3030 §2): each is as long as its command said, no octets in it end it, and a
 * dot is a dot. A last line without CRLF gets one, since DATA can carry whole lines only. Not thread-safe.
 */
public final class ChunkDecoder implements ContentDecoder {
    private static final byte[] CRLF = {'\r', '\n'};

    private final DotDecoder newlines;
    private long left;
    private boolean last;
    private boolean ended;
    private boolean inLine;

    public ChunkDecoder(BareNewline bareNewline) {
        this.newlines = DotDecoder.withoutDots(bareNewline);
    }

    /** The next chunk begins; the one before has ended. */
    public void begin(long size, boolean isLast) {
        if (left > 0 || ended) {
            throw new IllegalStateException("a chunk inside another");
        }
        left = size;
        last = isLast;
    }

    /** Whether all of the chunk is there. */
    public boolean chunkEnded() {
        return left == 0;
    }

    @Override
    public int decode(byte[] bytes, int from, int to, Sink sink) {
        int count = (int) Math.min(left, to - from);
        Sink noting = (given, offset, length) -> {
            inLine = given[offset + length - 1] != '\n';
            sink.accept(given, offset, length);
        };
        newlines.decode(bytes, from, from + count, noting);
        left -= count;
        if (left == 0 && last && !ended) {
            ended = true;
            newlines.end(noting);
            if (inLine) {
                sink.accept(CRLF, 0, 2);
            }
        }
        return from + count;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public boolean eightBit() {
        return newlines.eightBit();
    }

    @Override
    public Optional<Reply> fault() {
        return newlines.fault();
    }
}
