package io.milena.smtp;

import java.util.Optional;

/**
 * Removes the dot-stuffing from the content that follows DATA, in pieces of any size (RFC 5321 §4.5.2). The end is
 * CRLF.CRLF and nothing else: no other mix of CR, LF and dot ends it, so no hop can be led to see two messages where
 * another saw one. Decoded content has CR and LF only as CRLF. Not thread-safe.
 */
public final class DotDecoder implements ContentDecoder {
    private enum State {
        LINE_START,
        /** Read "." at the start of a line. */
        DOT,
        /** Read ".CR" at the start of a line. */
        DOT_CR,
        TEXT,
        /** Read CR in a line. */
        CR,
        ENDED
    }

    private static final byte[] CRLF = {'\r', '\n'};

    private final BareNewline bareNewline;
    private final boolean stuffed;
    private State state = State.LINE_START;
    private Reply fault;
    private boolean eightBit;

    public DotDecoder(BareNewline bareNewline) {
        this(bareNewline, true);
    }

    private DotDecoder(BareNewline bareNewline, boolean stuffed) {
        this.bareNewline = bareNewline;
        this.stuffed = stuffed;
    }

    /** A decoder for content without dot-stuffing, which no octets end. */
    static DotDecoder withoutDots(BareNewline bareNewline) {
        return new DotDecoder(bareNewline, false);
    }

    @Override
    public boolean ended() {
        return state == State.ENDED;
    }

    @Override
    public boolean eightBit() {
        return eightBit;
    }

    @Override
    public Optional<Reply> fault() {
        return Optional.ofNullable(fault);
    }

    @Override
    public int decode(byte[] bytes, int from, int to, Sink sink) {
        int at = from;
        while (at < to) {
            switch (state) {
                case ENDED -> {
                    return at;
                }
                case TEXT -> at = text(bytes, at, to, sink);
                case LINE_START -> {
                    if (stuffed && bytes[at] == '.') {
                        // RFC 5321 §4.5.2: the first dot of a line is not content.
                        state = State.DOT;
                        at++;
                    } else {
                        state = State.TEXT;
                    }
                }
                case DOT -> {
                    if (bytes[at] == '\r') {
                        state = State.DOT_CR;
                        at++;
                    } else {
                        state = State.TEXT;
                    }
                }
                case DOT_CR -> {
                    if (bytes[at] == '\n') {
                        state = State.ENDED;
                        at++;
                    } else {
                        bare(sink);
                    }
                }
                case CR -> {
                    if (bytes[at] == '\n') {
                        sink.accept(CRLF, 0, 2);
                        state = State.LINE_START;
                        at++;
                    } else {
                        bare(sink);
                    }
                }
            }
        }
        return at;
    }

    /** A run of text up to the next CR, LF or NUL; a CRLF in one piece goes out with the text before it. */
    private int text(byte[] bytes, int from, int to, Sink sink) {
        int at = from;
        long seen = 0;
        while (at < to) {
            if (at + Octets.WORD <= to) {
                long word = Octets.word(bytes, at);
                long controls = Octets.below(word, '\r' + 1);
                if (controls == 0) {
                    seen |= word;
                    at += Octets.WORD;
                    continue;
                }
                int place = Octets.first(controls);
                seen |= Octets.before(word, place);
                at += place;
            }
            byte octet = bytes[at];
            if (octet > '\r' || octet < 0) {
                seen |= octet;
                at++;
                continue;
            }
            if (octet == '\r') {
                if (at + 1 < to && bytes[at + 1] == '\n') {
                    at += 2;
                    // The usual line: go on without leaving the loop unless a dot follows.
                    if (at < to && bytes[at] != '.') {
                        continue;
                    }
                    state = State.LINE_START;
                } else {
                    saw(seen);
                    give(bytes, from, at, sink);
                    state = State.CR;
                    return at + 1;
                }
                break;
            }
            if (octet == '\n') {
                saw(seen);
                give(bytes, from, at, sink);
                bare(sink);
                return at + 1;
            }
            if (octet == 0 && fault == null) {
                fault = Replies.CONTENT_HAS_NUL;
            }
            at++;
        }
        saw(seen);
        give(bytes, from, at, sink);
        return at;
    }

    private void saw(long octets) {
        eightBit |= Octets.hasHighBit(octets);
    }

    /** Nothing follows: a CR that was read last stands alone. */
    void end(Sink sink) {
        if (state == State.CR) {
            bare(sink);
        }
    }

    // A dot after it is text: only CRLF begins a line that can end the content.
    private void bare(Sink sink) {
        if (bareNewline == BareNewline.REJECT && fault == null) {
            fault = Replies.CONTENT_HAS_BARE_NEWLINE;
        }
        sink.accept(CRLF, 0, 2);
        state = State.TEXT;
    }

    private static void give(byte[] bytes, int from, int to, Sink sink) {
        if (to > from) {
            sink.accept(bytes, from, to - from);
        }
    }
}
