package io.milena.smtp;

import java.nio.charset.StandardCharsets;

/**
 * Bounds the text of a stranger: keeps head and tail of a text that is too long, with a mark between them that says how
 * much is left out.
 */
public final class Excerpt {
    private Excerpt() {}

    /** The text, or an excerpt of at most {@code octets} octets of UTF-8 (100 or more). */
    public static String of(String text, int octets) {
        // No char takes more than three octets.
        if (text.length() <= octets / 3) {
            return text;
        }
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length <= octets) {
            return text;
        }
        int room = octets - mark(length).length();
        int head = endOf(text, room * 3 / 4);
        int tail = startOf(text, room / 4);
        int kept = octets(text.substring(0, head)) + octets(text.substring(tail));
        return text.substring(0, head) + mark(length - kept) + text.substring(tail);
    }

    private static String mark(int leftOut) {
        return " [... " + leftOut + " octets left out ...] ";
    }

    private static int octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** The index behind the longest head of at most {@code room} octets. */
    private static int endOf(String text, int room) {
        int index = 0;
        int used = 0;
        while (index < text.length()) {
            int next = text.offsetByCodePoints(index, 1);
            used += octets(text.substring(index, next));
            if (used > room) {
                return index;
            }
            index = next;
        }
        return index;
    }

    /** The index where the longest tail of at most {@code room} octets begins. */
    private static int startOf(String text, int room) {
        int index = text.length();
        int used = 0;
        while (index > 0) {
            int before = text.offsetByCodePoints(index, -1);
            used += octets(text.substring(before, index));
            if (used > room) {
                return index;
            }
            index = before;
        }
        return index;
    }
}
