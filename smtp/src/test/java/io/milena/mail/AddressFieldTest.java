package io.milena.mail;

import static org.assertj.core.api.Assertions.assertThat;

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
                "<@relay.example,@r2.example:a@one.example> | a@one.example | true",
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
}
