package io.milena.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressFieldTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a@one.example | a@one.example | true",
                "A <a@one.example>, b@two.example,, C <c@three.example> | a@one.example b@two.example c@three.example | true",
                "Team: a@one.example, B <b@two.example>; | a@one.example b@two.example | true",
                "undisclosed:; | `` | true",
                "\"b@two.example, c\" <a@one.example> | a@one.example | true",
                "\"a b\"@one.example | \"a b\"@one.example | true",
                "<\"a>b\"@one.example> | \"a>b\"@one.example | true",
                "(b@two.example (c,d) \\) e) a@one.example | a@one.example | true",
                "<@relay.example,@r2.example:a@one.example> | a@one.example | false",
                "ceo@two.example: a@one.example; | a@one.example | false",
                "\"ceo@two.example\": a@one.example; | a@one.example | true",
                "a@one .example | a@one.example | false",
                "=?x-unknown?q?A?= <a@one.example> | a@one.example | false",
                "=?utf-8?b?!?= <a@one.example> | a@one.example | true",
                "a@[192.0.2.1] | a@[192.0.2.1] | true",
                "nobody | `` | false",
                "<> | `` | false",
                "a@one.example <b@two.example> | b@two.example a@one.example | true",
                "not @n address <b@two.example> | b@two.example | false",
                "<a@one.example> b@two.example | a@one.example | false",
                "<a@one.example>: b@two.example; | a@one.example | false",
                "=?utf-8?b?Y2VvQHZpY3RpbS5jb20=?=@one.example | =?utf-8?b?Y2VvQHZpY3RpbS5jb20=?=@one.example | false",
                "=?utf-8?q?A=2C_B?= <a@one.example> | a@one.example | true",
                "<a@one.example> <b@two.example> | a@one.example | false",
                "a@one.example b@two.example | `` | false",
                "a@one.example, nobody | a@one.example | false",
                "<a@one.example | a@one.example | false",
                "a@one.example (open | a@one.example | false",
                "\"open a@one.example | `` | false",
            })
    void everyMailboxIsReadAndWhatIsNoneIsTold(String value, String mailboxes, boolean complete) {
        var field = AddressField.read(new HeaderField("From", "From: " + value + "\r\n"));
        assertThat(field.mailboxes().stream().map(Object::toString).collect(Collectors.joining(" ")))
                .isEqualTo(mailboxes);
        assertThat(field.complete()).isEqualTo(complete);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a@One.Example, <b@two.example> | one.example two.example",
                "Ann @ Work <a@one.example> | one.example",
                "\"@handle, tel. 5@home\" <a@one.example> | one.example",
                "\"ceo@two.example\" <a@one.example> | two.example one.example",
                "\"ceo\\@two\\.example\" <a@one.example> | two.example one.example",
                "\"ceo@two\"\".example\" <a@one.example> | two.example one.example",
                "ceo@two.example: a@one.example; | two.example one.example",
                "<@two.example:a@one.example> | two.example one.example",
                "a@one.example (ceo@two.example.) | one.example two.example",
                "=?utf-8?q?ceo=40two.example?= <a@one.example> | two.example one.example",
                "=?UTF-8*en?Q?ceo=40t?= =?utf-8?b?d28uZXhhbXBsZQ==?= <a@one.example> | two.example one.example",
                "\"=?utf-8?q?ceo=40two.example?=\" <a@one.example> | two.example one.example",
                "=?utf-16?b?/v8AYwBAAHQALgBlAA==?= <a@one.example> | t.e one.example",
                "\"ceo @ two.example!\" <a@one.example> | two.example one.example",
                "\"ceo\uff20two\u3002example\" <a@one.example> | two.example one.example",
                "\"ceo@two\u200b.ex\u00ada\u034f\ufe0fmple\" <a@one.example> | two.example one.example",
                "\"ceo@b\u00fccher.example\u2122\" <a@one.example> | xn--bcher-kva.example one.example",
                "\"ceo@two.example\"@one.example | two.example one.example",
            })
    void everyDomainThatAReaderSeesIsNamed(String value, String domains) {
        var octets = new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(AddressField.read(new HeaderField("From", "From: " + octets + "\r\n"))
                        .named())
                .containsExactly(domains.split(" "));
    }
}
