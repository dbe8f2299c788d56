package io.milena.delivery.tls;

import java.util.Locale;

/**
 * Why a connection is less secure than its policy asks, in the words of TLS reports (RFC 8460 §4.3), with a sentence
 * for a person.
 */
public record TlsFailure(Type type, String explanation) {
    /** The result types of RFC 8460 §4.3. */
    public enum Type {
        STARTTLS_NOT_SUPPORTED,
        CERTIFICATE_HOST_MISMATCH,
        CERTIFICATE_EXPIRED,
        CERTIFICATE_NOT_TRUSTED,
        VALIDATION_FAILURE,
        TLSA_INVALID,
        DNSSEC_INVALID,
        STS_POLICY_FETCH_ERROR,
        STS_POLICY_INVALID,
        STS_WEBPKI_INVALID;

        /** In the spelling of reports. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
