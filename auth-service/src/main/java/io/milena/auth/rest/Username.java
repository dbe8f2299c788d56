package io.milena.auth.rest;

import java.text.Normalizer;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The user name of a password, case-sensitive and in Unicode's form C (RFC 8265 §3.4), so that it matches whatever
 * keyboard it was typed on.
 */
record Username(String text) {
    static final String EXPECTED = "expected: 1 to 128 printable characters without white space, other than apikey";
    private static final Pattern FORM = Pattern.compile("[^\\p{C}\\p{Z}]{1,128}");

    static Optional<Username> parse(String given) {
        if (given == null) {
            return Optional.empty();
        }
        var text = Normalizer.normalize(given, Normalizer.Form.NFC);
        return FORM.matcher(text).matches() ? Optional.of(new Username(text)) : Optional.empty();
    }
}
