package io.milena.smtp;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;

/**
 * A domain name in the form in which the platform keeps, publishes and compares it: lower-case A-labels, no final dot
 * (RFC 5890 §2.3.2.1), at most 253 characters. U-labels are converted as in IDNA2008 without the transitional mappings,
 * so that {@code ß} and {@code ς} stay themselves; a name in this form is its own normal form.
 */
public record DomainName(String text) {
    // RFC 1035 §2.3.4: 255 octets, of which the first label's length and the root take one each.
    private static final int MAX_OCTETS = 253;
    private static final int MAX_LABEL = 63;
    /**
     * Characters before normalization, which makes one of at most a few, and takes time as the square of a run of
     * combining marks.
     */
    private static final int MAX_WRITTEN = 4 * MAX_OCTETS;

    /**
     * The normal form of a domain as a person or a DNS tool writes it: white space around it and a final dot (RFC 1034
     * §3.1) are allowed. Empty if it is no domain.
     */
    public static Optional<DomainName> parseEntered(String entered) {
        var name = entered.strip();
        return parse(
                !name.isEmpty() && isFullStop(name.charAt(name.length() - 1))
                        ? name.substring(0, name.length() - 1)
                        : name);
    }

    /**
     * The normal form of a domain in an address or a command, where no final dot is allowed (RFC 5321 §2.3.5); empty if
     * it is no domain.
     */
    public static Optional<DomainName> parse(String written) {
        if (written.length() > MAX_WRITTEN) {
            return Optional.empty();
        }
        // Normalization turns the full-width full stop into a dot, but not these two.
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

    /** RFC 3490 §3.1: these full stops separate labels too. */
    private static boolean isFullStop(char c) {
        return c == '.' || c == '\u3002' || c == '\uff0e' || c == '\uff61';
    }

    public int labels() {
        return 1 + (int) text.chars().filter(c -> c == '.').count();
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
        // UTS 46: a capital sigma is σ wherever it stands, while Java makes it ς at the end of a word.
        var lower = Normalizer.normalize(text, Normalizer.Form.NFKC)
                .replace('\u03a3', '\u03c3')
                .toLowerCase(Locale.ROOT);
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
