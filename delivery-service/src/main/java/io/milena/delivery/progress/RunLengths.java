package io.milena.delivery.progress;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which offsets behind a committed one are finished, as a commit's metadata says it: the lengths of runs, unfinished and finished by turns, in base-128 numbers
 * in base64. Behind a finished run of length zero, which is none, stands how far it is to the horizon: what is unfinished before that may have been begun, what is behind
 * it has not. Who does not know of it takes it for an unfinished run.
 */
final class RunLengths {
    /** The broker takes 4,096 characters of metadata (offset.metadata.max.bytes). */
    static final int MOST_CHARACTERS = 4000;
    /** Characters that a number takes at most: ten octets. */
    static final int LONGEST_NUMBER = 14;
    /** Two numbers more, and the horizon. */
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

    /** The last to be added. */
    void addHorizon(long distance) {
        add(0);
        add(0);
        add(distance);
    }

    @Override
    public String toString() {
        return Base64.getEncoder().withoutPadding().encodeToString(Arrays.copyOf(runs.array(), runs.position()));
    }

    /** What a text says: the finished runs, each from its first offset to that behind its last, and the horizon. */
    record Said(NavigableMap<Long, Long> finished, long horizon) {}

    /** What is said behind {@code base}; where the text is not one of ours, that nothing is finished and nothing was begun. */
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
