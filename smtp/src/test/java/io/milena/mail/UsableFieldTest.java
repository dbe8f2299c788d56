package io.milena.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsableFieldTest {
    private static HeaderField field(String name, String value) {
        var octets = new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return new HeaderField(name, name + ":" + octets + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " <1@customer.test>",
                "<CA+x=y_z/1@mail.example.com>",
                "\r\n <a.b.c$1@[192.0.2.1]> ",
                " (made (by) hand) <a@b> (\\))",
                "<\"a,b\\\"c\"@b>",
                "<!&!AAA=@x>",
            })
    void anIdentifierStays(String value) {
        assertThat(UsableField.messageId(field("Message-ID", value), false)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "<>",
                "abc@customer.test",
                "<abc def@customer.test>",
                "<shop:1:7@customer.test>",
                "<@customer.test>",
                "<abc@>",
                "<abc>",
                "<a@b> <c@d>",
                "<a@b",
                "(<a@b>",
                "<a..b@c>",
                "<\u00fc@b>",
            })
    void whatIsNoIdentifierSaysNothing(String value) {
        assertThat(UsableField.messageId(field("Message-ID", value), false)).isFalse();
    }

    @Test
    void anInternationalMessageMayHaveAnInternationalIdentifier() {
        assertThat(UsableField.messageId(field("Message-ID", "<\u00fc@b>"), true))
                .isTrue();
        assertThat(UsableField.messageId(new HeaderField("Message-ID", "Message-ID: <\u00fc@b>\r\n"), true))
                .as("ISO 8859-1, which is no UTF-8")
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " Mon, 02 Mar 2026 10:00:00 +0000",
                "2 Mar 2026 10:00 GMT",
                " Mon,  2 Mar\r\n 2026 10:00:60 -0830 (PDT)",
                "mon, 2 mar 26 10:00:00 est",
                "Thu, 29 Feb 2024 23:59:59 Z",
            })
    void aDateStays(String value) {
        assertThat(UsableField.date(field("Date", value))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " (today)",
                "yesterday",
                "2026-03-02T10:00:00Z",
                "Mon, 02 Mar 2026 10:00:00",
                "Mon, 02 Mrz 2026 10:00:00 +0000",
                "Sun, 29 Feb 2026 10:00:00 +0000",
                "Mon, 02 Mar 2026 24:00:00 +0000",
                "Mon, 02 Mar 2026 10:61:00 +0000",
                "Mon, 02 Mar 2026 10:00:00 +0099",
            })
    void whatIsNoDateSaysNothing(String value) {
        assertThat(UsableField.date(field("Date", value))).isFalse();
    }

    @Test
    void aValueOfTheLargestHeaderSectionIsJudgedToo() {
        for (var part : new String[] {"(", "<", "\"", "\\", " ", "a.", "()"}) {
            var value = part.repeat(100_000);
            assertThat(UsableField.messageId(field("Message-ID", value), true)).isFalse();
            assertThat(UsableField.date(field("Date", value))).isFalse();
        }
    }
}
