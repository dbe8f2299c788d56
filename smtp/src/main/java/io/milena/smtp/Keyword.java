package io.milena.smtp;

import java.util.Locale;

/** Verbs and keywords of commands: ASCII in any case (RFC 5321 §2.4). Stateless. */
final class Keyword {
    private Keyword() {}

    /** The word in upper case. One beyond ASCII stays as it is: Unicode would make an S of the long s and an I of the dotless i. */
    static String of(String written) {
        return DomainName.ascii(written) ? written.toUpperCase(Locale.ROOT) : written;
    }
}
