package io.milena.smtp;

import java.util.Locale;

/** Verbs and keywords of commands: ASCII in any case (RFC 5321 §2.4). Stateless. */
final class Keyword {
    private Keyword() {}

    /**
     * The word in upper case. A word beyond ASCII stays: Unicode would turn the long s into S and the dotless i into I.
     */
    static String of(String written) {
        return DomainName.ascii(written) ? written.toUpperCase(Locale.ROOT) : written;
    }
}
