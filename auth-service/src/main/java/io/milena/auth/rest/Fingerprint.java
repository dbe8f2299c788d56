package io.milena.auth.rest;

import io.milena.smtp.Credentials;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.util.Optional;

/** Computes the fingerprint of a client's certificate. */
final class Fingerprint {
    private Fingerprint() {}

    /** SHA-256 of the certificate in lower-case hex; empty if the text holds none. */
    static Optional<String> of(String pem) {
        if (pem == null) {
            return Optional.empty();
        }
        try {
            var certificate = CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
            return Optional.of(Credentials.Certificate.fingerprint(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }
}
