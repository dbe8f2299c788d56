package io.milena.delivery.progress;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The finished offsets behind a committed one, in the form of a commit's metadata: the lengths of alternating
 * unfinished and finished runs, as base-128 numbers in base64. A zero-length finished run marks the horizon: the next
 * number is its distance. Unfinished records before the horizon may have been begun, those behind it have not. A
 * version that does not know the horizon takes it for an unfinished run.
 */
final class RunLengths {
    /** The broker takes 4,096 characters of metadata (offset.metadata.max.bytes). */
    static final int MOST_CHARACTERS = 4000;
    /** Most characters of a number: ten octets. */
    static final int LONGEST_NUMBER = 14;
    /** Two more numbers, and the horizon. */
    private static final int ROOM_FOR_MORE = 34;

    private final ByteBuffer runs = ByteBuffer.allocate(MOST_CHARACTERS * 3 / 4);

    boolean hasRoom() {
        return runs.remaining() >= ROOM_FOR_MORE;
    }

    void add(long length) {
        long number = length;
        while (number > 127) {
            runs.put((byte) (number & 127 | 128));
            number >>>= 7;
        }
        runs.put((byte) number);
    }

    /** Must be added last. */
    void addHorizon(long distance) {
        add(0);
        add(0);
        add(distance);
    }

    @Override
    public String toString() {
        return Base64.getEncoder().withoutPadding().encodeToString(Arrays.copyOf(runs.array(), runs.position()));
    }

    /** The content of a text: the finished runs, each from its first offset to that after its last, and the horizon. */
    record Said(NavigableMap<Long, Long> finished, long horizon) {
        /** The part of it that is about records before this offset. */
        Said before(long end) {
            var some = new TreeMap<>(finished.headMap(end, false));
            if (!some.isEmpty() && some.lastEntry().getValue() > end) {
                some.put(some.lastKey(), end);
            }
            return new Said(some, Math.min(horizon, end));
        }
    }

    /**
     * Reads a text relative to {@code base}; a text of another form means that nothing is finished and nothing was
     * begun.
     */
    static Said read(long base, String metadata) {
        var finishedRuns = new TreeMap<Long, Long>();
        byte[] runs;
        try {
            runs = Base64.getDecoder().decode(metadata == null ? "" : metadata);
        } catch (IllegalArgumentException e) {
            return new Said(finishedRuns, base);
        }
        long offset = base;
        boolean finished = false;
        boolean atHorizon = false;
        for (int i = 0; i < runs.length; ) {
            long length = 0;
            int shift = 0;
            do {
                length |= (long) (runs[i] & 127) << shift;
                shift += 7;
            } while (runs[i++] < 0 && i < runs.length);
            if (atHorizon) {
                return new Said(finishedRuns, base + length);
            }
            atHorizon = finished && length == 0;
            if (finished && !atHorizon) {
                finishedRuns.put(offset, offset + length);
            }
            offset += length;
            finished = !finished;
        }
        return new Said(finishedRuns, base);
    }
}
