package io.milena.auth.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DomainNameTest {
    @ParameterizedTest
    @CsvSource({
        "example.com, example.com",
        "EXAMPLE.Com., example.com",
        "mail.xn--pklad-zsa96e.example, mail.xn--pklad-zsa96e.example",
        "PŘÍKLAD.example, xn--pklad-zsa96e.example",
        "例え。テスト, xn--r8jz45g.xn--zckzah",
        "1-2.3com, 1-2.3com"
    })
    void aNameIsKeptInLowerCaseALabels(String given, String kept) {
        assertThat(DomainName.parse(given)).map(DomainName::text).contains(kept);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "com",
                "a..b",
                ".a.b",
                "-a.example",
                "a-.example",
                "a_b.example",
                "a b.example",
                "a@b.example",
                "[127.0.0.1]",
                "straße.example",
                "a\u200db.example",
                "nul\u0000.example"
            })
    void whatIsNoDomainIsRefused(String given) {
        assertThat(DomainName.parse(given)).isEmpty();
    }

    @Test
    void aNameIsNoLongerThanDnsAllows() {
        var label = "a".repeat(63);
        assertThat(DomainName.parse(label + ".example")).isPresent();
        assertThat(DomainName.parse("a" + label + ".example")).isEmpty();
        assertThat(DomainName.parse((label + ".").repeat(3) + "a".repeat(61))).isPresent();
        assertThat(DomainName.parse((label + ".").repeat(3) + "a".repeat(62))).isEmpty();
    }
}
