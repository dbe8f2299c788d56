package io.milena.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signatures judged by a plain verifier written from RFC 6376 §3.7 alone. */
class DkimSignerTest {
    private static final String HEADER =
            "Received: by x\r\nFrom:  Ann <ann@example.org>\r\nTO: bob@example.com\r\nSubject: folded\r\n\tand  spaced \r\nDate: Tue, 24 Nov 2026 00:00:00 +0000\r\n";

    @ParameterizedTest
    @CsvSource({"RSA,rsa-sha256", "Ed25519,ed25519-sha256"})
    void aSignatureVerifiesAndATamperedHeaderDoesNot(String algorithm, String name) throws Exception {
        var generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("RSA")) {
            generator.initialize(2048);
        }
        var keys = generator.generateKeyPair();
        var field = new DkimSigner("example.org", "s1", keys.getPrivate())
                .sign(SignedHeader.of(fields(HEADER)), bodyHash("hi\r\n", 1), Instant.ofEpochSecond(1_800_000_000));

        assertThat(field).startsWith("DKIM-Signature: v=1; a=" + name + ";").endsWith("\r\n");
        assertThat(field.lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(79));
        assertThat(verifies(field, HEADER, keys)).isTrue();
        assertThat(verifies(field, HEADER.replace("folded", "forged"), keys)).isFalse();
        assertThat(verifies(field, HEADER + "From: Eve <eve@example.net>\r\n", keys))
                .isFalse();
        assertThat(verifies(field, HEADER + "X-Unsigned: 1\r\n", keys)).isTrue();
    }

    /** RFC 8460 §5.3. */
    @Test
    void theFieldsOfATlsReportAreSigned() {
        var header = HEADER + "TLS-Report-Domain: example.net\r\nTLS-Report-Submitter: example.org\r\n";

        assertThat(SignedHeader.of(fields(header)).names().replaceAll("\\s", ""))
                .endsWith(":tls-report-domain:tls-report-submitter");
        assertThat(SignedHeader.of(fields(HEADER)).names()).doesNotContain("tls-report");
    }

    private static String bodyHash(String body, int piece) {
        var hash = new RelaxedBodyHash();
        byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < bytes.length; i += piece) {
            hash.update(bytes, i, Math.min(piece, bytes.length - i));
        }
        return hash.finish();
    }

    private static boolean verifies(String signatureField, String header, KeyPair keys) throws Exception {
        Map<String, String> tags = new HashMap<>();
        for (var tag : new HeaderField("DKIM-Signature", signatureField).text().split(";")) {
            int equals = tag.indexOf('=');
            tags.put(tag.substring(0, equals).strip(), tag.substring(equals + 1).replaceAll("\\s", ""));
        }
        var data = new StringBuilder();
        var left = new ArrayList<>(fields(header).reversed());
        for (var name : tags.get("h").split(":")) {
            var field = left.stream().filter(candidate -> candidate.is(name)).findFirst();
            field.ifPresent(found -> {
                left.remove(found);
                data.append(found.relaxed()).append("\r\n");
            });
        }
        var unsigned = signatureField.replaceAll("(?s)(;\\s*b=).*", "$1");
        data.append(new HeaderField("DKIM-Signature", unsigned).relaxed());
        byte[] bytes = data.toString().getBytes(StandardCharsets.ISO_8859_1);
        boolean rsa = tags.get("a").equals("rsa-sha256");
        var verifier = Signature.getInstance(rsa ? "SHA256withRSA" : "Ed25519");
        verifier.initVerify(keys.getPublic());
        verifier.update(rsa ? bytes : MessageDigest.getInstance("SHA-256").digest(bytes));
        return verifier.verify(Base64.getDecoder().decode(tags.get("b")));
    }

    private static List<HeaderField> fields(String header) {
        byte[] bytes = header.getBytes(StandardCharsets.ISO_8859_1);
        return HeaderField.parse(bytes, bytes.length);
    }
}
