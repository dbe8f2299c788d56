package io.milena.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a@b | a@b",
                "a.b+c=d/e@Example.COM | a.b+c=d/e@example.com",
                "A.B@example.com | A.B@example.com",
                "\"a b\"@example.com | \"a b\"@example.com",
                "\"a\\\"@\\\\b\"@example.com | \"a\\\"@\\\\b\"@example.com",
                "a@[127.0.0.1] | a@[127.0.0.1]",
                "a@[ipv6:2001:DB8::192.0.2.1] | a@[IPv6:2001:db8::192.0.2.1]",
                "a@my_host.example | a@my_host.example",
                "δοκιμή@παράδειγμα.δοκιμή | δοκιμή@xn--hxajbheg2az3al.xn--jxalpdlp",
                "a@bücher。example | a@xn--bcher-kva.example",
                "a@STRASSE.example | a@strasse.example",
                "a@straße.example | a@xn--strae-oqa.example",
                "a@例え.テスト | a@xn--r8jz45g.xn--zckzah",
            })
    void isReadAndItsDomainNormalized(String written, String expected) {
        assertThat(Mailbox.parse(written))
                .hasValueSatisfying(mailbox -> assertThat(mailbox).hasToString(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "@b",
                "a@",
                "a@@b",
                ".a@b",
                "a.@b",
                "a..b@c",
                "a b@c",
                "a@b..c",
                "a@.b",
                "a@b.",
                "a@-b",
                "a@b-",
                "a@b c",
                "\"\"@b",
                "\"a@b",
                "\"a\"b@c",
                "\"a\rb\"@c",
                "a@[1.2.3]",
                "a@[1.2.3.256]",
                "a@[IPv6:1::2::3]",
                "a@[IPv6:1:2:3]",
                "a@[x]",
                "a@[ıPv6:::1]",
                "a@[127.0.0.1",
                "a@b<c",
                "a,b@c",
                "a@b,c@d",
                "a@b>",
                "a(x)@b",
                "a@b:c",
                "a\u0085@b",
                "a@b\u200e.c"
            })
    void whatIsNoneIsNot(String written) {
        assertThat(Mailbox.parse(written)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"d, 93, true", "d, 94, false", "ü, 23, true", "ü, 24, false"})
    void theWholeHasALimit(String label, int labels, boolean legal) {
        var mailbox = Mailbox.parse("l".repeat(64) + "@" + (label + ".").repeat(labels) + "xx");
        assertThat(mailbox.isPresent()).isEqualTo(legal);
    }

    @ParameterizedTest
    @CsvSource({"64, 63, true", "65, 63, false", "64, 64, false"})
    void partsHaveLimits(int localPart, int label, boolean legal) {
        assertThat(Mailbox.parse("l".repeat(localPart) + "@" + "d".repeat(label) + ".example")
                        .isPresent())
                .isEqualTo(legal);
    }
}
