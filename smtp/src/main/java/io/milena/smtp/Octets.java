package io.milena.smtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks at eight octets of an array at a time, as one word whose lowest octet is the first. A search gives a mask with
 * the high bit of each octet that was found.
 */
public final class Octets {
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = ONES << 7;

    /** Octets of a word. */
    public static final int WORD = Long.BYTES;

    private Octets() {}

    /** The eight octets that begin at {@code at}. */
    public static long word(byte[] bytes, int at) {
        return (long) EIGHT.get(bytes, at);
    }

    /** A word that has this octet eight times. */
    public static long repeated(char octet) {
        return ONES * octet;
    }

    /** The octets at which two words are alike. */
    public static long alike(long word, long other) {
        long differences = word ^ other;
        return ~(((differences & ~HIGH_BITS) + ~HIGH_BITS) | differences) & HIGH_BITS;
    }

    /**
     * The octets below {@code limit}, which is at most 128. Only the {@link #first} of them is certain: a borrow may mark
     * others behind it.
     */
    public static long below(long word, int limit) {
        return word - ONES * limit & ~word & HIGH_BITS;
    }

    /** The place of the first octet of a mask that is not empty. */
    public static int first(long mask) {
        return Long.numberOfTrailingZeros(mask) >>> 3;
    }

    /** The octets of a word before this place; the others are zero. */
    public static long before(long word, int place) {
        return word & (1L << (place << 3)) - 1;
    }

    /** Whether a word has an octet beyond ASCII. */
    public static boolean hasHighBit(long word) {
        return (word & HIGH_BITS) != 0;
    }

    /** Index of the first such octet in {@code bytes[from..to)}; {@code to} if there is none. */
    public static int indexOf(char octet, byte[] bytes, int from, int to) {
        long wanted = repeated(octet);
        int at = from;
        for (; at + WORD <= to; at += WORD) {
            long found = alike(word(bytes, at), wanted);
            if (found != 0) {
                return at + first(found);
            }
        }
        while (at < to && bytes[at] != octet) {
            at++;
        }
        return at;
    }
}
