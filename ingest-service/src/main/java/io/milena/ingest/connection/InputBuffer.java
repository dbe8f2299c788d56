package io.milena.ingest.connection;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * Octets that were read and not used yet. Keeps no array when all are used, so that an idle session takes no memory.
 * Not thread-safe.
 */
final class InputBuffer {
    private static final byte[] NONE = {};

    /** A line: {@code bytes[from..to)} without its end; {@code strict} if that was CRLF. */
    record Line(byte[] bytes, int from, int to, boolean strict) {
        /** One char per octet. */
        String text() {
            return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        }
    }

    private byte[] bytes = NONE;
    private int at;
    private int end;
    private int searched;

    void add(Buffer read) {
        int length = read.length();
        if (at == end) {
            bytes = read.getBytes();
            at = 0;
            searched = 0;
            end = length;
            return;
        }
        int kept = end - at;
        if (end + length > bytes.length) {
            var larger = new byte[Math.max(kept + length, Math.min(kept * 2, 16 * 1024))];
            System.arraycopy(bytes, at, larger, 0, kept);
            bytes = larger;
            searched -= at;
            at = 0;
            end = kept;
        }
        read.getBytes(bytes, end);
        end += length;
    }

    boolean isEmpty() {
        return at == end;
    }

    int size() {
        return end - at;
    }

    byte first() {
        return bytes[at];
    }

    byte[] bytes() {
        return bytes;
    }

    int from() {
        return at;
    }

    int to() {
        return end;
    }

    boolean startsWith(String asciiUpperCase) {
        if (size() < asciiUpperCase.length()) {
            return false;
        }
        for (int i = 0; i < asciiUpperCase.length(); i++) {
            byte octet = bytes[at + i];
            if ((octet >= 'a' && octet <= 'z' ? octet - 32 : octet) != asciiUpperCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Takes the next whole line, or gives null if there is none yet. */
    Line line() {
        for (int i = Math.max(at, searched); i < end; i++) {
            if (bytes[i] == '\n') {
                boolean strict = i > at && bytes[i - 1] == '\r';
                var line = new Line(bytes, at, strict ? i - 1 : i, strict);
                used(i + 1);
                return line;
            }
        }
        searched = end;
        return null;
    }

    /** Everything before {@code index} has been used. */
    void used(int index) {
        at = index;
        searched = index;
        if (at == end) {
            clear();
        }
    }

    void clear() {
        bytes = NONE;
        at = 0;
        end = 0;
        searched = 0;
    }
}
