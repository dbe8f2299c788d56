package io.milena.smtp;

import java.util.Arrays;

/**
 * How a fuzz test reads its input: the octets of the first line say in which pieces the rest comes, 'a' for one octet,
 * 'b' for two, …, over and over; with an empty line it comes whole.
 */
public record Segments(byte[] lengths, byte[] octets) {
    /** Takes one piece. */
    public interface Receiver {
        /** Whether to go on. */
        boolean accept(int from, int to);
    }

    public static Segments of(byte[] input) {
        int end = 0;
        while (end < input.length && input[end] != '\n') {
            end++;
        }
        return new Segments(
                Arrays.copyOf(input, end), Arrays.copyOfRange(input, Math.min(end + 1, input.length), input.length));
    }

    public void each(Receiver receiver) {
        int from = 0;
        for (int i = 0; from < octets.length; i++) {
            int length = lengths.length == 0 ? octets.length : Math.max(1, lengths[i % lengths.length] & 31);
            int to = Math.min(octets.length, from + length);
            if (!receiver.accept(from, to)) {
                return;
            }
            from = to;
        }
    }
}
