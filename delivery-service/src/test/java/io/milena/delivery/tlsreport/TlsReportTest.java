package io.milena.delivery.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.milena.delivery.tls.TlsFailure;
import io.milena.mail.RelaxedBodyHash;
import io.milena.smtp.Mailbox;
import io.milena.topics.Json;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report of RFC 8460 appendix B, and as mail. */
class TlsReportTest {
    private static final Submitter SUBMITTER = Submitter.of(
            "mta.company-x.example", Optional.of("Company-X"), Optional.of("sts-reporting@company-x.example"));
    private static final LocalDate DAY = LocalDate.parse("2016-04-01");
    private static final String MORNING = "2016-04-01T08:00:00Z";

    @Test
    void theReportIsThatOfTheStandard() throws Exception {
        var json = new ObjectMapper();
        assertThat(json.readTree(Json.write(report())))
                .isEqualTo(json.readTree(getClass().getResourceAsStream("/reports/company-y.json")));
    }

    @Test
    void whereNothingIsPublishedNothingIsMadeUp() {
        var counted = new DomainDay(new Room(1_000_000));
        counted.add(Sessions.good(MORNING, "plain.example", "mailto:r@plain.example"));
        assertThat(new String(Json.write(TlsReport.of(SUBMITTER, DAY, "1", counted)), StandardCharsets.UTF_8))
                .contains("\"policy\":{\"policy-type\":\"no-policy-found\",\"policy-domain\":\"plain.example\"}")
                .doesNotContain("failure-details");
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "2001:0DB8:0:0:0:0:0:1, 2001:db8::1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "fe80::1%1, fe80::1",
    })
    void addressesAreInTheirCanonicalForm(String given, String told) throws Exception {
        assertThat(TlsSession.text(InetAddress.getByName(given))).isEqualTo(told);
    }

    @Test
    void theMailIsAReportThatEveryoneCanTellForOne() throws Exception {
        var ready = new ReportMail.Ready(
                "company-y.example", DAY, "2016-04-01.0.company-y.example@company-x.example", report().gzip());
        var mail = new ReportMail(SUBMITTER)
                .write(
                        ready,
                        Mailbox.parse("r@collector.example").orElseThrow(),
                        Instant.parse("2016-04-02T01:00:00Z"));

        var envelope = mail.envelope();
        assertThat(envelope.account()).isEmpty();
        assertThat(envelope.reversePath()).isEmpty();
        assertThat(envelope.wishes().tlsOptional()).isTrue();
        assertThat(envelope.content().fromDomain()).contains("company-x.example");
        assertThat(envelope.expiresAt()).isEqualTo("2016-04-03T01:00:00Z");
        var header = new String(mail.content(), 0, envelope.content().headerLength(), StandardCharsets.US_ASCII);
        assertThat(header)
                .contains(
                        "From: TLS reports <sts-reporting@company-x.example>\r\n",
                        "To: <r@collector.example>\r\n",
                        "Subject: Report Domain: company-y.example\r\n Submitter: company-x.example\r\n"
                                + " Report-ID: <2016-04-01.0.company-y.example@company-x.example>\r\n",
                        "TLS-Report-Domain: company-y.example\r\n",
                        "TLS-Report-Submitter: company-x.example\r\n",
                        "TLS-Required: No\r\n",
                        "Content-Type: multipart/report; report-type=\"tlsrpt\";\r\n boundary=")
                .endsWith("\r\n\r\n");
        byte[] octets = Arrays.copyOfRange(mail.content(), envelope.content().headerLength(), mail.content().length);
        var hash = new RelaxedBodyHash();
        hash.update(octets, 0, octets.length);
        assertThat(envelope.content().bodyHash()).contains(hash.finish());
        assertThat(envelope.content().size()).isEqualTo(mail.content().length);
        var body = new String(octets, StandardCharsets.US_ASCII);
        assertThat(body)
                .contains(
                        "Content-Type: application/tlsrpt+gzip\r\nContent-Transfer-Encoding: base64\r\n",
                        "filename=\"company-x.example!company-y.example!1459468800!1459555199.json.gz\"\r\n\r\n");
        var base64 = body.substring(body.indexOf(".json.gz\"\r\n\r\n") + 13, body.lastIndexOf("--=_milena_"));
        try (var gzip = new GZIPInputStream(
                new ByteArrayInputStream(Base64.getMimeDecoder().decode(base64)))) {
            assertThat(gzip.readAllBytes()).isEqualTo(Json.write(report()));
        }
    }

    private static TlsReport report() {
        var counted = new DomainDay(new Room(1_000_000));
        for (int i = 0; i < 5; i++) {
            counted.add(Sessions.of(MORNING, "company-y.example", Sessions.STS, Optional.empty()));
        }
        for (var type : new TlsFailure.Type[] {
            TlsFailure.Type.CERTIFICATE_EXPIRED,
            TlsFailure.Type.STARTTLS_NOT_SUPPORTED,
            TlsFailure.Type.CERTIFICATE_EXPIRED
        }) {
            counted.add(Sessions.of(
                    MORNING, "company-y.example", Sessions.STS, Optional.of(new TlsFailure(type, "why it failed"))));
        }
        return TlsReport.of(SUBMITTER, DAY, "5065427c-23d3-47ca-b6e0-946ea0e8c4be", counted);
    }
}
