package io.milena.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0",
                "\u0007",
                "\u001b",
                "\u007f",
                "\u0085",
                "\u009b",
                "\u00ad",
                "\u061c",
                "\u200b",
                "\u200e",
                "\u202a",
                "\u202e",
                "\u2028",
                "\u2029",
                "\u2066",
                "\u2069",
                "\ufeff",
                "\ufff9",
                "\ue000",
                "\udbff\udffd",
                "\udb40\udc41",
                "\ud800",
                "\udc00",
                "\u0378",
                "\uffff"
            })
    void noMethodLetsAnUnsafeCharacterThrough(String unsafe) {
        var text = "a" + unsafe + "b";

        assertThat(SafeText.line(text)).isEqualTo("a\uFFFDb");
        assertThat(SafeText.word(text)).isEqualTo("a_b");
        assertThat(SafeText.excerpt(text, 100)).isEqualTo("a?b");
        assertThat(SafeText.asciiExcerpt(text, 100)).isEqualTo("a?b");
        assertThat(new Reply(550, java.util.Optional.empty(), java.util.List.of(text)).quoted())
                .isEqualTo("550 a?b");
        if (!Character.isSurrogate(unsafe.charAt(0)) || unsafe.length() == 2) {
            assertThat(SafeText.lines(text.getBytes(StandardCharsets.UTF_8), 100))
                    .isEqualTo("a\uFFFDb");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain-ASCII_~",
                "jürgen@straße.example",
                "δοκιμή",
                "пример",
                "メール",
                "שלום",
                "مثال",
                "e\u0301",
                "उदाहरण",
                "\ud83d\ude00",
                "€½²"
            })
    void lettersOfEveryScriptStay(String text) {
        assertThat(SafeText.line(text)).isEqualTo(text);
        assertThat(SafeText.word(text)).isEqualTo(text);
        assertThat(SafeText.excerpt(text, 100)).isEqualTo(text);
        assertThat(SafeText.lines(text.getBytes(StandardCharsets.UTF_8), 100)).isEqualTo(text);
        assertThat(Reply.plain(550, text).quoted()).isEqualTo("550 " + text);
    }

    @Test
    void whiteSpaceIsWhatTheReaderCanBear() {
        var text = " a\tb\r\nc  d ";

        assertThat(SafeText.line(text)).isEqualTo(" a b\uFFFD\uFFFDc  d ");
        assertThat(SafeText.lines(text.getBytes(StandardCharsets.UTF_8), 100)).isEqualTo(" a\tb\nc  d ");
        assertThat(SafeText.word(text)).isEqualTo("_a_b__c__d_");
        assertThat(SafeText.word("a\u00a0b\u3000c")).isEqualTo("a_b_c");
        assertThat(SafeText.excerpt(text, 100)).isEqualTo("a b c d");
    }

    @Test
    void lengthIsBounded() {
        assertThat(SafeText.excerpt("abcdef", 3)).isEqualTo("abc");
        assertThat(SafeText.asciiExcerpt("aübc", 3)).isEqualTo("a?b");
        assertThat(SafeText.word("x".repeat(1000))).hasSize(300);
        assertThat(SafeText.lines("abcdef".getBytes(StandardCharsets.UTF_8), 3)).isEqualTo("abc");
        assertThat(SafeText.lines(null, 3)).isEmpty();
    }
}
