package io.milena.mail;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Judges whether a field that mail must have says what it is for (RFC 5322 §3.6). A field that is there and says nothing
 * counts as absent: large hosts refuse mail with it. Thread-safe.
 */
public final class UsableField {
    /** A longer value is no date and no identifier; it also bounds what the patterns read. */
    private static final int MAX_LENGTH = 998;

    private static final String ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\uffff-]++";
    private static final String DOT_ATOM = ATEXT + "(?:\\." + ATEXT + ")*+";
    private static final String NO_FOLD_QUOTE = "\"(?:[\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\\x21-\\x7e])++\"";
    private static final String NO_FOLD_LITERAL = "\\[[\\x21-\\x5a\\x5e-\\x7e]*+]";
    // RFC 5322 §3.6.4; RFC 2822 §3.6.4 had quoted strings without white space.
    private static final Pattern MESSAGE_ID = Pattern.compile(
            "<(?:" + DOT_ATOM + "|" + NO_FOLD_QUOTE + ")@(?:" + DOT_ATOM + "|" + NO_FOLD_LITERAL + ")>");
    // RFC 5322 §3.3, with the years, zones and white space of §4.3
    private static final Pattern DATE = Pattern.compile(
            "(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ?, ?)?(\\d{1,2}) ([A-Z]{3}) (\\d{2,4})"
                    + " (\\d{2}) ?: ?(\\d{2})(?: ?: ?(\\d{2}))? ?([+-]\\d{2}[0-5]\\d|[A-Z]{1,5})",
            Pattern.CASE_INSENSITIVE);
    private static final List<String> MONTHS =
            List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");

    private UsableField() {}

    /** Whether the section says who wrote the message: it has a From that is not empty. */
    public static boolean hasFrom(List<HeaderField> fields) {
        return fields.stream().anyMatch(field -> field.is("From") && !empty(field));
    }

    /** Whether the field has nothing but white space and comments. */
    static boolean empty(HeaderField field) {
        return withoutComments(field.text()).isEmpty();
    }

    /**
     * Whether the value is one message identifier (RFC 5322 §3.6.4); {@code utf8} if characters beyond ASCII may be in it
     * (RFC 6532 §3.3).
     */
    static boolean messageId(HeaderField field, boolean utf8) {
        var text = withoutComments(field.text());
        return text.length() <= MAX_LENGTH
                && (text.chars().allMatch(c -> c < 0x80) || utf8 && isUtf8(text))
                && MESSAGE_ID.matcher(text).matches();
    }

    /** Whether the value is a date and time that there is (RFC 5322 §3.3). */
    static boolean date(HeaderField field) {
        var text = withoutComments(field.text()).replaceAll("[ \\t]+", " ");
        if (text.length() > MAX_LENGTH) {
            return false;
        }
        var date = DATE.matcher(text);
        if (!date.matches()) {
            return false;
        }
        int month = MONTHS.indexOf(date.group(2).toUpperCase(Locale.ROOT)) + 1;
        int second = date.group(6) == null ? 0 : Integer.parseInt(date.group(6));
        return month > 0
                && Integer.parseInt(date.group(4)) < 24
                && Integer.parseInt(date.group(5)) < 60
                && second <= 60
                && exists(Integer.parseInt(date.group(3)), month, Integer.parseInt(date.group(1)));
    }

    private static boolean exists(int year, int month, int day) {
        try {
            // RFC 5322 §4.3: years of two and three digits
            LocalDate.of(year < 50 ? 2000 + year : year < 1000 ? 1900 + year : year, month, day);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isUtf8(String octets) {
        return !new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8).contains("\ufffd");
    }

    /**
     * The value with a space in place of each comment (RFC 5322 §3.2.2), stripped; a comment that does not end stays, and
     * so nothing counts as readable behind it.
     */
    private static String withoutComments(String text) {
        var plain = new StringBuilder(text.length());
        int depth = 0;
        int begin = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean escaped = c == '\\' && (quoted || depth > 0) && i + 1 < text.length();
            if (depth == 0 && c == '(' && !quoted) {
                begin = i;
                depth = 1;
                continue;
            }
            if (depth > 0 && !escaped) {
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                if (depth == 0) {
                    plain.append(' ');
                }
                continue;
            }
            if (depth == 0) {
                quoted ^= c == '"';
                plain.append(c);
            }
            if (escaped) {
                i++;
                if (depth == 0) {
                    plain.append(text.charAt(i));
                }
            }
        }
        return (depth > 0 ? plain + text.substring(begin) : plain.toString()).strip();
    }
}
