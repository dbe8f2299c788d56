package io.milena.smtp;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;

/**
 * A domain name in the form in which the platform keeps it: lower-case A-labels, no trailing dot (RFC 5890 §2.3.2.1). U-labels are
 * converted as in IDNA2008 without the transitional mappings, so that {@code ß} stays itself.
 */
public record DomainName(String text) {
    private static final int MAX_OCTETS = 255;
    private static final int MAX_LABEL = 63;
    /** Normalization puts at most a few characters into one, and takes time as the square of a run of combining marks. */
    private static final int MAX_WRITTEN = 4 * MAX_OCTETS;

    /** The normal form of a domain as a client wrote it; empty if it is none. */
    public static Optional<DomainName> parse(String written) {
        if (written.length() > MAX_WRITTEN) {
            return Optional.empty();
        }
        // RFC 3490 §3.1: these full stops separate labels too.
        var mapped = ascii(written) ? written : written.replace('\u3002', '.').replace('\uff61', '.');
        mapped = ascii(mapped) ? mapped.toLowerCase(Locale.ROOT) : fold(mapped);
        if (mapped.isEmpty() || mapped.startsWith(".") || mapped.endsWith(".") || mapped.length() > MAX_OCTETS) {
            return Optional.empty();
        }
        var name = new StringBuilder(mapped.length());
        for (var label : mapped.split("\\.", -1)) {
            var converted = ascii(label) ? label : "xn--" + Punycode.encode(label);
            if (!letterDigitHyphen(converted) || !ascii(label) && !unicodeLabel(label)) {
                return Optional.empty();
            }
            name.append(name.isEmpty() ? "" : ".").append(converted);
        }
        return name.length() > MAX_OCTETS ? Optional.empty() : Optional.of(new DomainName(name.toString()));
    }

    static boolean ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static String fold(String text) {
        var lower = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        return Normalizer.normalize(lower, Normalizer.Form.NFKC);
    }

    // RFC 5321 §4.1.2 sub-domain; the underscore is no letter of a host name but stands in names that carry mail.
    private static boolean letterDigitHyphen(String label) {
        if (label.isEmpty() || label.length() > MAX_LABEL || label.startsWith("-") || label.endsWith("-")) {
            return false;
        }
        for (int i = 0; i < label.length(); i++) {
            char c = label.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_')) {
                return false;
            }
        }
        return true;
    }

    private static boolean unicodeLabel(String label) {
        return label.codePoints()
                .allMatch(c -> Character.isLetterOrDigit(c)
                        || c == '-'
                        || c == 0x200c
                        || c == 0x200d
                        || c == 0xb7
                        || c == 0x30fb
                        || Character.getType(c) == Character.NON_SPACING_MARK
                        || Character.getType(c) == Character.COMBINING_SPACING_MARK);
    }

    @Override
    public String toString() {
        return text;
    }
}
