package io.milena.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.IDN;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DomainNameTest {
    @ParameterizedTest
    @CsvSource({
        "example.com, example.com",
        "EXAMPLE.Com, example.com",
        "localhost, localhost",
        "a_b.example, a_b.example",
        "_dmarc.EXAMPLE, _dmarc.example",
        "1-2.3com, 1-2.3com",
        "mail.xn--pklad-zsa96e.example, mail.xn--pklad-zsa96e.example",
        "XN--PKLAD-ZSA96E.example, xn--pklad-zsa96e.example",
        "PŘÍKLAD.example, xn--pklad-zsa96e.example",
        "STRASSE.example, strasse.example",
        "straße.example, xn--strae-oqa.example",
        "STRAẞE.example, xn--strae-oqa.example",
        "ΣΑΣ.example, xn--mxa9ab.example",
        "σας.example, xn--mxa8ab.example",
        "a\u200db.example, xn--ab-m1t.example",
        "例え。テスト, xn--r8jz45g.xn--zckzah",
        "例え．テスト, xn--r8jz45g.xn--zckzah",
        "ｅｘａｍｐｌｅ.com, example.com"
    })
    void anAddressAndARegistrationGiveOneForm(String written, String kept) {
        assertThat(DomainName.parse(written)).map(DomainName::text).contains(kept);
        assertThat(DomainName.parseEntered(written)).map(DomainName::text).contains(kept);
        assertThat(Mailbox.parse("a@" + written)).map(Mailbox::domain).contains(kept);
        assertThat(DomainName.parse(kept)).map(DomainName::text).contains(kept);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a..b",
                ".a.b",
                "a.b..",
                "-a.example",
                "a-.example",
                "a b.example",
                "a@b.example",
                "[127.0.0.1]",
                "♥.example",
                "a\u200eb.example",
                "nul\u0000.example"
            })
    void otherTextIsRefused(String written) {
        assertThat(DomainName.parse(written)).isEmpty();
        assertThat(DomainName.parseEntered(written)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.com.", " example.com", "example.com\n", "EXAMPLE.com。"})
    void onlyPeopleMayWriteAFinalDotOrSpaces(String written) {
        assertThat(DomainName.parse(written)).isEmpty();
        assertThat(DomainName.parseEntered(written)).map(DomainName::text).contains("example.com");
    }

    @Test
    void aNameIsNoLongerThanDnsAllows() {
        var label = "a".repeat(63);
        assertThat(DomainName.parse(label + ".example")).isPresent();
        assertThat(DomainName.parse("a" + label + ".example")).isEmpty();
        assertThat(DomainName.parse((label + ".").repeat(3) + "a".repeat(61))).isPresent();
        assertThat(DomainName.parse((label + ".").repeat(3) + "a".repeat(62))).isEmpty();
    }

    @Test
    void labelsAreCounted() {
        assertThat(DomainName.parse("localhost")).map(DomainName::labels).contains(1);
        assertThat(DomainName.parse("a.b.example")).map(DomainName::labels).contains(3);
    }

    /**
     * Names were registered in the form that {@link IDN} gives: they are found as they stand, and by the U-labels that
     * people read.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "EXAMPLE.com",
                "PŘÍKLAD.example",
                "ΠΑΡΆΔΕΙΓΜΑ.example",
                "ΣΑΣ.example",
                "пример.example",
                "例え.テスト",
                "مثال.example",
                "उदाहरण.example",
                "ﬁsh.example",
                "ſharp.example",
                "İstanbul.example"
            })
    void namesRegisteredByTheFormerAlgorithmStillMatch(String written) {
        var stored = IDN.toASCII(written, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);

        assertThat(DomainName.parse(stored)).map(DomainName::text).contains(stored);
        assertThat(DomainName.parse(IDN.toUnicode(stored)))
                .map(DomainName::text)
                .contains(stored);
        assertThat(DomainName.parse(written)).map(DomainName::text).contains(stored);
    }
}
