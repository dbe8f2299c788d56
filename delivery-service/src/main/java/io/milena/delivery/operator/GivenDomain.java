package io.milena.delivery.operator;

import io.milena.operator.Problem;
import io.milena.smtp.DomainName;
import java.util.Locale;

/** A recipient domain as an operator writes it. */
public final class GivenDomain {
    private GivenDomain() {}

    /** The domain in the form of envelopes; a text that is not a domain is a problem with the member's name. */
    public static String of(String given) {
        if (given.startsWith("[") && given.endsWith("]")) {
            // RFC 5321 §4.1.3: an address literal.
            return given.toLowerCase(Locale.ROOT);
        }
        return DomainName.parse(given)
                .map(DomainName::text)
                .orElseThrow(() -> Problem.invalid("#/domain", "must be a domain name, or an address in brackets")
                        .exception());
    }
}
