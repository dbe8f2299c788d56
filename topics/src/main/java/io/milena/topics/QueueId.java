package io.milena.topics;

import java.security.SecureRandom;

/** Makes queue ids: 16 lower-case letters and digits, time first, so that ids sort by time to the millisecond. Thread-safe. */
public final class QueueId {
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

    private static char digit(long bits) {
        return "0123456789abcdefghjkmnpqrstvwxyz".charAt((int) (bits & 31));
    }
}
