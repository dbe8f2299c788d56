package io.milena.smtp;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An enhanced status code such as 5.1.1 (RFC 3463): class 2, 4 or 5, subject and detail up to 999. */
public record EnhancedStatusCode(int classDigit, int subject, int detail) {
    private static final Pattern FORM = Pattern.compile("([245])\\.(\\d{1,3})\\.(\\d{1,3})");

    public EnhancedStatusCode {
        if (classDigit != 2 && classDigit != 4 && classDigit != 5) {
            throw new IllegalArgumentException("class: " + classDigit + " (expected: 2, 4 or 5)");
        }
    }

    /** The code at the start of a text, alone or followed by a space. */
    public static Optional<EnhancedStatusCode> leading(String text) {
        int end = text.indexOf(' ');
        Matcher matcher = FORM.matcher(end < 0 ? text : text.substring(0, end));
        return matcher.matches()
                ? Optional.of(new EnhancedStatusCode(
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        Integer.parseInt(matcher.group(3))))
                : Optional.empty();
    }

    public static EnhancedStatusCode of(String text) {
        return leading(text).orElseThrow(() -> new IllegalArgumentException("status: " + text));
    }

    @Override
    public String toString() {
        return classDigit + "." + subject + "." + detail;
    }
}
