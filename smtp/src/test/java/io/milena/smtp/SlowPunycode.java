package io.milena.smtp;

import java.util.ArrayList;
import java.util.List;

/** RFC 3492 §6.2 to the letter: what {@link Punycode} writes is read back by it. */
final class SlowPunycode {
    private SlowPunycode() {}

    static String decode(String encoded) {
        List<Integer> points = new ArrayList<>();
        int delimiter = encoded.lastIndexOf('-');
        for (int i = 0; i < delimiter; i++) {
            points.add((int) encoded.charAt(i));
        }
        long n = 128;
        long i = 0;
        long bias = 72;
        int at = delimiter + 1;
        while (at < encoded.length()) {
            long before = i;
            long weight = 1;
            for (int k = 36; ; k += 36) {
                int digit = Character.digit(encoded.charAt(at++), 36);
                // RFC 3492 §5: letters come first.
                digit = digit >= 10 ? digit - 10 : digit + 26;
                i += digit * weight;
                long threshold = Math.clamp(k - bias, 1, 26);
                if (digit < threshold) {
                    break;
                }
                weight *= 36 - threshold;
            }
            int count = points.size() + 1;
            bias = adapt(i - before, count, points.size() == Math.max(delimiter, 0));
            n += i / count;
            i %= count;
            points.add((int) i++, Math.toIntExact(n));
        }
        var text = new StringBuilder();
        points.forEach(text::appendCodePoint);
        return text.toString();
    }

    private static long adapt(long delta, int count, boolean first) {
        long left = first ? delta / 700 : delta / 2;
        left += left / count;
        int k = 0;
        while (left > 455) {
            left /= 35;
            k += 36;
        }
        return k + 36 * left / (left + 38);
    }
}
