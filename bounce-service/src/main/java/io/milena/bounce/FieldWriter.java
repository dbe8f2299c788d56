package io.milena.bounce;

import io.milena.smtp.SafeText;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes header fields, folded at spaces (RFC 5322 §2.2.3); values must be {@linkplain SafeText safe}. Confined to one
 * thread.
 */
final class FieldWriter {
    private static final int WIDTH = 76;
    // RFC 5322 §2.1.1: no line above 998 octets, and a character has up to four.
    private static final int LONGEST_WORD = 240;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final StringBuilder fields = new StringBuilder();

    static String date(Instant instant) {
        return DATE.format(instant);
    }

    FieldWriter field(String name, String value) {
        fields.append(name).append(':');
        int column = name.length() + 1;
        for (var word : value.split(" ")) {
            for (int start = 0; start < word.length(); start += LONGEST_WORD) {
                var piece = word.substring(start, Math.min(word.length(), start + LONGEST_WORD));
                // A line of nothing but white space would be obsolete syntax: the first word stays beside the name.
                if (column + 1 + piece.length() > WIDTH && column > name.length() + 1) {
                    fields.append("\r\n");
                    column = 0;
                }
                fields.append(' ').append(piece);
                column += 1 + piece.length();
            }
        }
        fields.append("\r\n");
        return this;
    }

    FieldWriter field(String name, Optional<String> value) {
        value.ifPresent(present -> field(name, present));
        return this;
    }

    FieldWriter emptyLine() {
        fields.append("\r\n");
        return this;
    }

    @Override
    public String toString() {
        return fields.toString();
    }
}
