package io.milena.delivery.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8460 §3: which domains ask for reports, and where. */
class ReportRecordTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=TLSRPTv1; rua=mailto:reports@example.com | mailto:reports@example.com",
                "v=TLSRPTv1;rua=mailto:reports@example.com; | mailto:reports@example.com",
                "v=TLSRPTv1 ; rua=https://reporting.example.com/v1/tlsrpt | https://reporting.example.com/v1/tlsrpt",
                "v=TLSRPTv1; rua=mailto:a@example.com , https://example.com/r?k=1 | mailto:a@example.com https://example.com/r?k=1",
                "v=TLSRPTv1; rua=mailto:a@example.com,mailto:a@example.com | mailto:a@example.com",
                "v=TLSRPTv1; x.new_field-1=some:thing; rua=MAILTO:a@example.com | MAILTO:a@example.com",
                "v=TLSRPTv1; rua=ftp://example.com/,mailto:a@example.com | mailto:a@example.com",
                "v=TLSRPTv1; rua=mailto:a@example.com!10m,mailto:b@example.com | mailto:b@example.com",
            })
    void aRecordIsRead(String text, String uris) {
        assertThat(ReportRecord.of(List.of("v=spf1 -all", text)))
                .get()
                .satisfies(record ->
                        assertThat(record.uris()).extracting(ReportUri::text).isEqualTo(List.of(uris.split(" "))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v=TLSRPTv1",
                "v=TLSRPTv1;",
                "v=TLSRPTv2; rua=mailto:a@example.com",
                "V=TLSRPTv1; rua=mailto:a@example.com",
                " v=TLSRPTv1; rua=mailto:a@example.com",
                "rua=mailto:a@example.com; v=TLSRPTv1",
                "v=TLSRPTv1; RUA=mailto:a@example.com",
                "v=TLSRPTv1; rua =mailto:a@example.com",
                "v=TLSRPTv1; rua=",
                "v=TLSRPTv1; rua=ftp://example.com/",
                "v=TLSRPTv1; rua=mailto:a@example.com; rua=mailto:b@example.com",
                "v=TLSRPTv1; rua=mailto:a@example.com; junk",
                "v=TLSRPTv1; rua=mailto:a@example.com;; x=y",
                "v=TLSRPTv1; rua=mailto:a@example.com; x=a b",
            })
    void whatIsNoRecordAsksForNothing(String text) {
        assertThat(ReportRecord.of(List.of(text))).isEmpty();
    }

    @Test
    void twoRecordsAreNone() {
        assertThat(ReportRecord.of(
                        List.of("v=TLSRPTv1; rua=mailto:a@example.com", "v=TLSRPTv1; rua=mailto:a@example.com")))
                .isEmpty();
    }

    @Test
    void aDomainCanNotHaveTheWorldFlooded() {
        var many = "v=TLSRPTv1; rua=mailto:1@x.example,mailto:2@x.example,mailto:3@x.example,mailto:4@x.example,"
                + "mailto:5@x.example,mailto:6@x.example";
        assertThat(ReportRecord.of(List.of(many)))
                .get()
                .satisfies(record -> assertThat(record.uris()).hasSize(5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mailto:a%2Bb@example.com | a+b@example.com",
                "mailto:a+b@EXAMPLE.com | a+b@example.com",
                "mailto:a@example.com?subject=hello&bcc=victim@example.net | a@example.com",
                "mailto:a@xn--bcher-kva.example | a@xn--bcher-kva.example",
                "mailto:%22a%20b%22@example.com | \"a b\"@example.com",
            })
    void addressesAreDecoded(String uri, String mailbox) {
        assertThat(ReportUri.parse(uri))
                .get()
                .isInstanceOfSatisfying(
                        ReportUri.MailTo.class, to -> assertThat(to.mailbox()).hasToString(mailbox));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://example.com | example.com 443 /",
                "https://example.com:8443/a%20b?c=d%26#fragment | example.com 8443 /a%20b?c=d%26",
                "https://[2001:db8::1]/x | 2001:db8::1 443 /x",
            })
    void postsAreTakenApart(String uri, String parts) {
        assertThat(ReportUri.parse(uri))
                .get()
                .isInstanceOfSatisfying(
                        ReportUri.Post.class,
                        to -> assertThat(to.host() + " " + to.port() + " " + to.path())
                                .isEqualTo(parts));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mailto:",
                "mailto:nobody",
                "mailto:a@example.com,b@example.com",
                "mailto:a%0d%0abcc:b@example.com",
                "mailto:a%00@example.com",
                "mailto:a%zz@example.com",
                "mailto:%ff@example.com",
                "mailto:m%C3%BCller@example.com",
                "http://example.com/",
                "https:///path",
                "https:example.com",
                "https://user:password@example.com/",
                "https://example.com:0/",
                "https://example.com:99999/",
                "https://exa mple.com/",
                "javascript:alert(1)",
            })
    void whatIsNoUriOfOursIsLeftOut(String uri) {
        assertThat(ReportUri.parse(uri)).isEmpty();
    }
}
