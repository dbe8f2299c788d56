package io.milena.delivery.tls;

import io.milena.delivery.dns.Dns;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The usable TLSA records of one host (RFC 7671, RFC 7672 §3.1): usages DANE-TA(2) and DANE-EE(3), selectors 0 and 1,
 * matching types 0, 1 and 2. Immutable, thread-safe.
 */
public final class DaneRecords {
    private static final int DANE_TA = 2;
    private static final int DANE_EE = 3;

    private final List<Dns.Tlsa> usable;

    private DaneRecords(List<Dns.Tlsa> usable) {
        this.usable = usable;
    }

    /** Empty if none of them has a usage that SMTP defines: then nothing can be proved (RFC 7672 §2.2). */
    public static Optional<DaneRecords> of(List<Dns.Tlsa> records) {
        var usable = records.stream().filter(DaneRecords::isUsable).toList();
        return usable.isEmpty() ? Optional.empty() : Optional.of(new DaneRecords(usable));
    }

    // RFC 7672 §3.1.3: PKIX-TA(0) and PKIX-EE(1) are not for SMTP.
    private static boolean isUsable(Dns.Tlsa record) {
        return (record.usage() == DANE_TA || record.usage() == DANE_EE)
                && (record.selector() == 0 || record.selector() == 1)
                && switch (record.matching()) {
                    case 0 -> record.association().length > 0;
                    case 1 -> record.association().length == 32;
                    case 2 -> record.association().length == 64;
                    default -> false;
                };
    }

    Optional<TlsFailure> judge(List<X509Certificate> chain, Set<String> names) {
        // RFC 7672 §3.1.1: only the key counts; names and dates do not.
        if (usable.stream().anyMatch(record -> record.usage() == DANE_EE && matches(record, chain.getFirst()))) {
            return Optional.empty();
        }
        Optional<TlsFailure> last = Optional.empty();
        for (var record : usable) {
            if (record.usage() == DANE_TA) {
                var failure = underAnchor(record, chain, names);
                if (failure.isEmpty()) {
                    return failure;
                }
                last = last.isPresent() && failure.get().type() == TlsFailure.Type.VALIDATION_FAILURE ? last : failure;
            }
        }
        return last.or(() -> Optional.of(unmatched()));
    }

    private static TlsFailure unmatched() {
        return new TlsFailure(
                TlsFailure.Type.VALIDATION_FAILURE, "no TLSA record matches the certificate that the host showed");
    }

    /**
     * RFC 7672 §3.1.2: some certificate of the chain is the anchor, the certificates below it lead to the host's own,
     * and that names the host.
     */
    private static Optional<TlsFailure> underAnchor(Dns.Tlsa record, List<X509Certificate> chain, Set<String> names) {
        for (int i = 0; i < chain.size(); i++) {
            if (matches(record, chain.get(i))) {
                return valid(chain.subList(0, i), chain.get(i)).or(() -> HostNames.judge(chain.getFirst(), names));
            }
        }
        // The whole anchor may be in DNS instead of in the chain.
        return record.selector() == 0 && record.matching() == 0
                ? certificate(record.association())
                        .map(anchor -> valid(chain, anchor).or(() -> HostNames.judge(chain.getFirst(), names)))
                        .orElseGet(() -> Optional.of(unmatched()))
                : Optional.of(unmatched());
    }

    private static Optional<TlsFailure> valid(List<X509Certificate> below, X509Certificate anchor) {
        try {
            anchor.checkValidity();
            if (!below.isEmpty()) {
                var parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
                parameters.setRevocationEnabled(false);
                CertPathValidator.getInstance("PKIX")
                        .validate(CertificateFactory.getInstance("X.509").generateCertPath(below), parameters);
            }
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.of(Trust.failure(e));
        }
    }

    private static Optional<X509Certificate> certificate(byte[] der) {
        try {
            return Optional.of((X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der)));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static boolean matches(Dns.Tlsa record, X509Certificate certificate) {
        try {
            byte[] selected = record.selector() == 0
                    ? certificate.getEncoded()
                    : certificate.getPublicKey().getEncoded();
            return MessageDigest.isEqual(
                    record.association(),
                    switch (record.matching()) {
                        case 1 -> MessageDigest.getInstance("SHA-256").digest(selected);
                        case 2 -> MessageDigest.getInstance("SHA-512").digest(selected);
                        default -> selected;
                    });
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
