package io.milena.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyParserTest {
    @ParameterizedTest
    @CsvSource({
        "250 2.0.0 Ok, 250 2.0.0 Ok",
        "250, 250",
        "250 , 250",
        "451 5.7.1 odd, 451 5.7.1 odd",
        "550 5.1.1 a\tb, 550 5.1.1 a b",
        "354 go, 354 go"
    })
    void aLineIsAReply(String line, String quoted) {
        assertThat(new ReplyParser().accept(line))
                .isInstanceOfSatisfying(
                        ReplyParser.Complete.class,
                        complete -> assertThat(complete.reply().quoted()).isEqualTo(quoted));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "25", "2500 x", "150 x", "650 x", "abc", "250_x", "HTTP/1.1 400 Bad Request"})
    void whatIsNoReplyIsMalformed(String line) {
        assertThat(new ReplyParser().accept(line)).isInstanceOf(ReplyParser.Malformed.class);
    }

    @Test
    void linesBelongTogetherAndLoseTheRepeatedStatus() {
        var parser = new ReplyParser();
        assertThat(parser.accept("550-5.7.1 first")).isInstanceOf(ReplyParser.More.class);
        assertThat(parser.accept("550 5.7.1 second")).isInstanceOfSatisfying(ReplyParser.Complete.class, complete -> {
            assertThat(complete.reply().status()).contains(new EnhancedStatusCode(5, 7, 1));
            assertThat(complete.reply().lines()).containsExactly("first", "second");
        });
    }

    @Test
    void anEndlessReplyIsMalformed() {
        var parser = new ReplyParser();
        ReplyParser.Step step = new ReplyParser.More();
        for (int i = 0; i < 1000 && step instanceof ReplyParser.More; i++) {
            step = parser.accept("250-again");
        }
        assertThat(step).isInstanceOf(ReplyParser.Malformed.class);
    }
}
