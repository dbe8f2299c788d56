package io.milena.topics;

import java.security.SecureRandom;
import java.util.OptionalLong;

/** Makes queue ids: 16 lower-case letters and digits, time first, so that ids sort by time to the millisecond. Thread-safe. */
public final class QueueId {
    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();

    private QueueId() {}

    public static String next(long epochMillis) {
        var id = new StringBuilder(16);
        for (int shift = 40; shift >= 0; shift -= 5) {
            id.append(digit(epochMillis >> shift));
        }
        long random = RANDOM.nextLong();
        for (int i = 0; i < 7; i++, random >>= 5) {
            id.append(digit(random));
        }
        return id.toString();
    }

    /** The time at which the id was made; empty for an id that {@link #next} did not make. */
    public static OptionalLong epochMillis(String id) {
        if (id.length() != 16) {
            return OptionalLong.empty();
        }
        long millis = 0;
        for (int i = 0; i < 16; i++) {
            int digit = DIGITS.indexOf(id.charAt(i));
            if (digit < 0) {
                return OptionalLong.empty();
            }
            millis = i < 9 ? millis << 5 | digit : millis;
        }
        return OptionalLong.of(millis);
    }

    private static char digit(long bits) {
        return DIGITS.charAt((int) (bits & 31));
    }
}
