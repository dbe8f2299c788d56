package io.milena.standalone.postbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlTextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    <p>Hello <b>B</b>en</p>                        | Hello Ben
                    1 < 2 &lt; 3 &unknown; &                       | 1 < 2 < 3 &unknown; &
                    a<!-- <p>hidden</p> -->b                       | ab
                    <STYLE>p > a { }</STYLE>shown                  | shown
                    <img alt="a > b">shown                         | shown
                    <p>never closed <script> and gone              | never closed
                    &#65;&#x42;&#xFFFFFFF;&#0;                     | AB&#xFFFFFFF;&#0;
                    """)
    void textIsWhatAReaderSees(String html, String text) {
        assertThat(HtmlText.of(html).text().strip()).isEqualTo(text);
    }

    @Test
    void linksComeInTheirOrderEachOnce() {
        var html = """
                <a href='https://a.example/1?x=1&amp;y=2'>one</a><A title="b>c" HREF=http://b.example/2>two</A>
                <a href="https://a.example/1?x=1&amp;y=2">again</a><a href="javascript:alert(1)">no</a><a name=x>no</a>
                <!-- <a href="https://hidden.example/">no</a> -->""";
        var text = "Look at https://c.example/wiki/Letter_(mail), (https://d.example/x). Or http://b.example/2!";

        assertThat(HtmlText.links(html, text))
                .containsExactly(
                        "https://a.example/1?x=1&y=2",
                        "http://b.example/2",
                        "https://c.example/wiki/Letter_(mail)",
                        "https://d.example/x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<",
                "<a ",
                "<!--",
                "<a href=\"",
                "&",
                "&#",
                "<style>",
                "<style></",
                "<a href=x ",
                "cid:",
                "http://"
            })
    void markupThatNeverEndsIsReadToItsEnd(String piece) {
        var html = piece.repeat(100_000);

        HtmlText.links(html, html);
        FramedHtml.of(html, Map.of());
    }
}
