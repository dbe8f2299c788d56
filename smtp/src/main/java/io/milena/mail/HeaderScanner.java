package io.milena.mail;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds the header section at the start of content that arrives in pieces (RFC 5322 §2.1): it ends with an empty line,
 * or before the first line that is not a header field. A byte order mark and mbox separator lines ({@code From },
 * {@code >From }; RFC 4155) in front of the first field belong to files, not to mail, and are left out. Content has CRLF
 * line ends only. Keeps the section in memory, up to its limit. Not thread-safe.
 */
public final class HeaderScanner {
    public static final int MAX_OCTETS = 256 * 1024;
    public static final int MAX_FIELDS = 1000;

    /** U+FEFF in UTF-8. */
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /** The progress of the scan. */
    public enum State {
        SCANNING,
        COMPLETE,
        TOO_LARGE,
        TOO_MANY_FIELDS
    }

    private enum Place {
        LINE_START,
        /** In what may be a byte order mark. */
        MARK,
        /** In an mbox separator line. */
        SEPARATOR,
        NAME,
        /** White space between name and colon, which the obsolete syntax has (RFC 5322 §4.5). */
        NAME_SPACE,
        VALUE,
        /** Read CR where a line began: the empty line. */
        EMPTY_LINE
    }

    private byte[] section = new byte[1024];
    private int length;
    private int lineStart;
    private int fields;
    private Place place = Place.LINE_START;
    private State state = State.SCANNING;

    public State state() {
        return state;
    }

    /**
     * Takes {@code bytes[from..to)} while the section lasts and returns the index after the octets taken; the rest is
     * body.
     */
    public int scan(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && state == State.SCANNING) {
            byte octet = bytes[at];
            switch (place) {
                case VALUE -> at = value(bytes, at, to);
                case LINE_START -> {
                    lineStart = length;
                    if (octet == '\r') {
                        place = Place.EMPTY_LINE;
                        at = take(octet, at);
                    } else if (octet == BYTE_ORDER_MARK[0] && fields == 0) {
                        place = Place.MARK;
                    } else if ((octet == ' ' || octet == '\t') && fields > 0) {
                        place = Place.VALUE;
                    } else if (nameOctet(octet)) {
                        place = Place.NAME;
                    } else {
                        state = State.COMPLETE;
                    }
                }
                case MARK -> {
                    if (octet == BYTE_ORDER_MARK[length]) {
                        at = take(octet, at);
                        if (length == BYTE_ORDER_MARK.length) {
                            length = 0;
                            place = Place.LINE_START;
                        }
                    } else {
                        state = State.COMPLETE;
                    }
                }
                case SEPARATOR -> {
                    at++;
                    if (octet == '\n') {
                        place = Place.LINE_START;
                    }
                }
                case NAME -> {
                    if (octet == ':') {
                        at = colon(octet, at);
                    } else if (octet == ' ' || octet == '\t') {
                        place = Place.NAME_SPACE;
                    } else if (nameOctet(octet)) {
                        at = take(octet, at);
                    } else {
                        state = State.COMPLETE;
                    }
                }
                case NAME_SPACE -> {
                    if (octet == ':') {
                        at = colon(octet, at);
                    } else if (octet == ' ' || octet == '\t') {
                        at = take(octet, at);
                    } else if (fields == 0 && separator()) {
                        // "From :" with a colon would be a field in the obsolete syntax (RFC 5322 §4.5).
                        length = 0;
                        place = Place.SEPARATOR;
                    } else {
                        state = State.COMPLETE;
                    }
                }
                case EMPTY_LINE -> {
                    // Content holds CR only before LF.
                    at = take(octet, at);
                    lineStart = length;
                    state = State.COMPLETE;
                }
            }
        }
        return at;
    }

    private boolean separator() {
        var start = new String(section, 0, Math.min(length, 6), StandardCharsets.ISO_8859_1);
        return start.startsWith("From ") || start.startsWith(">From ");
    }

    private int colon(byte octet, int at) {
        place = Place.VALUE;
        if (++fields > MAX_FIELDS) {
            state = State.TOO_MANY_FIELDS;
        }
        return take(octet, at);
    }

    private int value(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != '\n') {
            at++;
        }
        int end = at < to ? at + 1 : to;
        append(bytes, from, end);
        if (at < to) {
            place = Place.LINE_START;
            lineStart = length;
        }
        return end;
    }

    private int take(byte octet, int at) {
        if (length == MAX_OCTETS) {
            state = State.TOO_LARGE;
            return at + 1;
        }
        if (length == section.length) {
            section = Arrays.copyOf(section, length * 2);
        }
        section[length++] = octet;
        return at + 1;
    }

    private void append(byte[] bytes, int from, int to) {
        int more = to - from;
        if (length + more > MAX_OCTETS) {
            state = State.TOO_LARGE;
            return;
        }
        if (length + more > section.length) {
            section = Arrays.copyOf(section, Math.max(length + more, section.length * 2));
        }
        System.arraycopy(bytes, from, section, length, more);
        length += more;
    }

    /** The content has ended, and so has the section. */
    public void end() {
        if (state == State.SCANNING) {
            if (place == Place.VALUE) {
                lineStart = length;
            }
            state = State.COMPLETE;
        }
    }

    /** The section's fields, each with its CRLF, without the empty line. */
    public byte[] fields() {
        int end = lineStart;
        return endsWithEmptyLine() ? Arrays.copyOf(section, end - 2) : Arrays.copyOf(section, end);
    }

    /** Octets that were taken as the start of a field and turned out to be body. */
    public byte[] bodyStart() {
        return Arrays.copyOfRange(section, lineStart, length);
    }

    private boolean endsWithEmptyLine() {
        return place == Place.EMPTY_LINE && lineStart == length && length >= 2;
    }

    private static boolean nameOctet(byte octet) {
        return octet > ' ' && octet < 0x7f && octet != ':';
    }
}
