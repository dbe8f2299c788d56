package io.milena.delivery.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.dns.Dns;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The judgement of each policy about certificates of every kind. */
class TlsPolicyTest {
    private static final int EE = 3;
    private static final int TA = 2;

    @ParameterizedTest
    @CsvSource(
            nullValues = "good",
            value = {
                "good, good",
                "wildcard, good",
                "other-name, certificate-host-mismatch",
                "expired, certificate-expired",
                "not-yet, certificate-expired",
                "unknown, certificate-not-trusted",
                "self-signed, certificate-not-trusted",
                "broken, certificate-not-trusted",
            })
    void aVerifiedHostShowsATrustedChainForItsName(String chain, String failure) {
        // CsvSource turns "good" into null, in either column.
        var shown = TestCertificates.named(chain == null ? "good" : chain);
        var policy = new TlsPolicy.Verified("verify", Set.of("mx.example.com"), TestCertificates.TRUST);
        assertThat(failure(policy, shown)).isEqualTo(failure);
    }

    @Test
    void anEndEntityRecordNeedsNeitherNameNorDate() {
        for (var name : List.of("expired", "other-name", "self-signed", "unknown", "broken")) {
            var shown = TestCertificates.named(name);
            for (int selector = 0; selector <= 1; selector++) {
                for (int matching = 0; matching <= 2; matching++) {
                    var record =
                            record(EE, selector, matching, shown.certificates().getFirst());
                    assertThat(failure(dane(record), shown)).isNull();
                }
            }
        }
    }

    @Test
    void anEndEntityRecordOfAnotherKeyVouchesForNothing() {
        var record = record(EE, 1, 1, TestCertificates.GOOD.certificates().getFirst());
        assertThat(failure(dane(record), TestCertificates.WILDCARD)).isEqualTo("validation-failure");
        // Not even for a certificate that it signed: usage 3 is the host's own.
        var root = record(EE, 1, 1, TestCertificates.GOOD.certificates().getLast());
        assertThat(failure(dane(root), TestCertificates.GOOD)).isEqualTo("validation-failure");
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "1, 0, 2", "2, 1, 1", "2, 0, 0"})
    void aTrustAnchorVouchesForWhatItSigned(int place, int selector, int matching) {
        var record = record(
                TA, selector, matching, TestCertificates.GOOD.certificates().get(place));
        assertThat(failure(dane(record), TestCertificates.GOOD)).isNull();
        assertThat(failure(dane(record), TestCertificates.WILDCARD)).isNull();
        assertThat(failure(dane(record), TestCertificates.OTHER_NAME)).isEqualTo("certificate-host-mismatch");
        assertThat(failure(dane(record), TestCertificates.EXPIRED)).isEqualTo("certificate-expired");
        assertThat(failure(dane(record), TestCertificates.UNKNOWN))
                .isIn("validation-failure", "certificate-not-trusted");
    }

    @Test
    void aTrustAnchorMayStandInDnsAlone() {
        var between = TestCertificates.GOOD.certificates().get(1);
        assertThat(failure(dane(record(TA, 0, 0, between)), TestCertificates.BROKEN))
                .isNull();
        assertThat(failure(dane(record(TA, 0, 1, between)), TestCertificates.BROKEN))
                .isEqualTo("validation-failure");
    }

    @Test
    void oneRecordThatHoldsIsEnough() {
        var other = record(EE, 1, 1, TestCertificates.WILDCARD.certificates().getFirst());
        var anchor = record(TA, 1, 1, TestCertificates.GOOD.certificates().get(1));
        assertThat(failure(dane(other, anchor), TestCertificates.GOOD)).isNull();
    }

    @Test
    void recordsThatSmtpDoesNotKnowAreUnusable() {
        var certificate = TestCertificates.GOOD.certificates().getFirst();
        assertThat(DaneRecords.of(List.of(
                        record(0, 1, 1, certificate),
                        record(1, 1, 1, certificate),
                        record(EE, 2, 1, certificate),
                        new Dns.Tlsa(EE, 1, 1, new byte[31]),
                        new Dns.Tlsa(EE, 1, 3, new byte[32]),
                        new Dns.Tlsa(EE, 1, 0, new byte[0]))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "mx.example.com, MX.example.com., true",
        "*.example.com, mx.example.com, true",
        "*.example.com, a.mx.example.com, false",
        "*.example.com, example.com, false",
        "m*.example.com, mx.example.com, false",
        "*, example, false",
        "*.com, example.com, true",
    })
    void aStarIsOneLabel(String pattern, String name, boolean matches) {
        assertThat(HostNames.matches(pattern, name)).isEqualTo(matches);
    }

    private static TlsPolicy dane(Dns.Tlsa... records) {
        return new TlsPolicy.Dane(DaneRecords.of(List.of(records)).orElseThrow(), Set.of("mx.example.com"));
    }

    private static Dns.Tlsa record(int usage, int selector, int matching, X509Certificate certificate) {
        try {
            byte[] selected = selector == 0
                    ? certificate.getEncoded()
                    : certificate.getPublicKey().getEncoded();
            return new Dns.Tlsa(
                    usage,
                    selector,
                    matching,
                    matching == 0
                            ? selected
                            : MessageDigest.getInstance(matching == 1 ? "SHA-256" : "SHA-512")
                                    .digest(selected));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String failure(TlsPolicy policy, TestCertificates.Chain shown) {
        return policy.judge(shown.certificates())
                .map(failure -> failure.type().toString())
                .orElse(null);
    }
}
