package io.milena.auth.domain;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The name of a sending domain in lower-case A-labels (RFC 5890 §2.3.2.1), the form in which it is kept, published and compared. */
public record DomainName(String text) {
    private static final int LONGEST = 253;
    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern FORM = Pattern.compile(LABEL + "(\\." + LABEL + ")+");
    // IDNA 2003, which the JDK speaks, maps these to another name than IDNA 2008 does (RFC 5894 §7.2).
    private static final Pattern AMBIGUOUS = Pattern.compile("[ßς\u200c\u200d]");

    /** The domain that this text names: A-labels or U-labels in any letter case, a final dot is allowed. */
    public static Optional<DomainName> parse(String given) {
        if (given == null
                || given.length() > LONGEST
                || AMBIGUOUS.matcher(given).find()) {
            return Optional.empty();
        }
        try {
            var ascii = IDN.toASCII(given.strip(), IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
            var name = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
            boolean valid = name.length() <= LONGEST && FORM.matcher(name).matches();
            return valid ? Optional.of(new DomainName(name)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
