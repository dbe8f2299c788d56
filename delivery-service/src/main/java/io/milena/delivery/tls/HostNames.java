package io.milena.delivery.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The names in a certificate (RFC 6125 §6.4, RFC 8461 §4.1): DNS names of its subjectAltName only. */
final class HostNames {
    private static final int DNS_NAME = 2;

    private HostNames() {}

    static Optional<TlsFailure> judge(X509Certificate certificate, Set<String> names) {
        var borne = borne(certificate);
        return borne.stream().anyMatch(pattern -> names.stream().anyMatch(name -> matches(pattern, name)))
                ? Optional.empty()
                : Optional.of(new TlsFailure(
                        TlsFailure.Type.CERTIFICATE_HOST_MISMATCH,
                        "the certificate is for " + told(borne) + ", not for " + String.join(" or ", names)));
    }

    private static String told(List<String> borne) {
        return borne.isEmpty()
                ? "no host"
                : String.join(", ", borne.subList(0, Math.min(5, borne.size()))).replaceAll("[^\\x20-\\x7e]", "?");
    }

    private static List<String> borne(X509Certificate certificate) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> Integer.valueOf(DNS_NAME).equals(first(name)))
                            .map(name -> List.copyOf(name).get(1).toString())
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    private static Object first(Collection<?> name) {
        return name.iterator().next();
    }

    /** {@code *} stands for exactly one label, the leftmost, and is the whole label. */
    static boolean matches(String pattern, String name) {
        var wanted = pattern.toLowerCase(Locale.ROOT);
        var given = withoutDot(name.toLowerCase(Locale.ROOT));
        if (!wanted.startsWith("*.")) {
            return withoutDot(wanted).equals(given);
        }
        int dot = given.indexOf('.');
        return dot > 0 && withoutDot(wanted.substring(1)).equals(given.substring(dot));
    }

    private static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
