package io.milena.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncodedWordWriterTest {
    private static final Pattern WORD = Pattern.compile("=\\?UTF-8\\?B\\?([A-Za-z0-9+/=]+)\\?=");

    private static Optional<String> encoded(String field) {
        var octets = new String((field + "\r\n").getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        var name = octets.substring(0, octets.indexOf(':'));
        return EncodedWordWriter.of(new HeaderField(name, octets)).map(HeaderField::raw);
    }

    /** As a reader shows it (RFC 2047 §6). */
    private static String shown(String raw) {
        var text = raw.replace("\r\n", "").replaceAll("(\\?=)[ \\t]+(?==\\?UTF-8)", "$1");
        return WORD.matcher(text)
                .replaceAll(word -> new String(Base64.getDecoder().decode(word.group(1)), StandardCharsets.UTF_8)
                        .replace("\\", "\\\\")
                        .replace("$", "\\$"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Subject: Grüße",
                "Subject: Viele Grüße und schöne Tage, euer Team in Köln am Rhein, wo es heute  zweimal   geregnet hat",
                "Subject: 你好，世界。你好，世界。你好，世界。你好，世界。你好，世界。你好，世界。你好，世界。",
                "Subject:ü",
                "X-Campaign: an-ascii-word-that-is-almost-as-long-as-a-line-of-text-in-a-mail-may-be ü 😀😀😀😀😀😀😀😀😀",
                "Comments: ü a ü  b ü",
                "X-A-Very-Long-Name-Of-A-Field-That-Leaves-No-Room-For-Any-Word-In-Its-Line: ü",
                "To: Jörg Müller <joerg@example.com>, Anna <anna@example.com>, Zoë Ö <zoe@example.com>",
                "To: Grüne: a@example.com, Jürgen <b@example.com>;",
            })
    void aReaderSeesWhatWasWritten(String field) {
        var raw = encoded(field).orElseThrow();

        assertThat(raw).matches("[\\x20-\\x7e\\r\\n\\t]+");
        assertThat(raw.split("\r\n")).allMatch(line -> line.length() <= 78);
        assertThat(shown(raw)).isEqualTo(field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "From: \"Müller, Jörg\" <a@example.com> | From: Müller, Jörg <a@example.com>",
                "From: Jörg<a@example.com> | From: Jörg <a@example.com>",
                "From: a@example.com (Jörg (der \\) Alte)) | From: a@example.com (Jörg (der ) Alte))",
                "From: \"Jö\" \"Mü\" <a@example.com> | From: Jö Mü <a@example.com>",
            })
    void quotesAreNotNeededAroundAnEncodedWord(String field, String expected) {
        assertThat(shown(encoded(field).orElseThrow())).isEqualTo(expected);
    }

    @Test
    void aWordThatIsEncodedAlreadyStays() {
        var raw = encoded("Subject: =?UTF-8?B?w7w=?= ü =?UTF-8?B?w7w=?=").orElseThrow();

        assertThat(raw).contains("=?UTF-8?B?w7w=?= ");
        assertThat(shown(raw)).isEqualTo("Subject: ü ü ü");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "To: jörg@example.com",
                "To: Jörg <jörg@example.com>",
                "To: \"jörg\"@example.com",
                "To: \"Jörg <a@example.com>",
                "Message-ID: <ü@example.com>",
                "Content-Type: text/plain; name=ü",
                "Received: from ü",
            })
    void whereNoEncodedWordMayBeThereIsNone(String field) {
        assertThat(encoded(field)).isEmpty();
    }

    @Test
    void octetsThatAreNoUtf8AreNotGuessed() {
        assertThat(EncodedWordWriter.of(new HeaderField("Subject", "Subject: gr\u00fc\u00df\r\n")))
                .isEmpty();
    }

    @Test
    void aFieldInAsciiStaysAsItIs() {
        var field = new HeaderField("Subject", "Subject:  a\r\n  folded \r\n");
        assertThat(EncodedWordWriter.of(field)).contains(field);
    }
}
