package io.milena.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small messages, one char per octet; in the table {@code |} is CRLF. */
class SevenBitConverterTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiterString = " => ", quoteCharacter = '\0', textBlock = """
        MIME-Version: 1.0|Content-Type: text/plain|Content-Transfer-Encoding: 8bit||x ü = |.| => MIME-Version: 1.0|Content-Type: text/plain|Content-Transfer-Encoding: quoted-printable||x =FC =3D=20|.|
        Subject: no MIME||ü| => Subject: no MIME|MIME-Version: 1.0|Content-Transfer-Encoding: quoted-printable||=FC|
        Subject: no end||ü => Subject: no end|MIME-Version: 1.0|Content-Transfer-Encoding: quoted-printable||=FC
        MIME-Version: 1.0|content-transfer-encoding:|\t(folded) "8bit" ||ü| => MIME-Version: 1.0|Content-Transfer-Encoding: quoted-printable||=FC|
        MIME-Version: 1.0|Content-Type: nonsense||ü| => MIME-Version: 1.0|Content-Type: nonsense|Content-Transfer-Encoding: quoted-printable||=FC|
        MIME-Version: 1.0|Content-Type: image/x|Content-Transfer-Encoding: binary||üx| => MIME-Version: 1.0|Content-Type: image/x|Content-Transfer-Encoding: base64||/HgNCg==|
        MIME-Version: 1.0|Content-Type: message/global||Subject: ü||| => MIME-Version: 1.0|Content-Type: message/global|Content-Transfer-Encoding: quoted-printable||Subject: =FC|||
        """)
    void wholeEntitiesAreEncoded(String given, String expected) throws IOException {
        assertThat(converted(given)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiterString = " => ", quoteCharacter = '\0', textBlock = """
        Content-Transfer-Encoding: 8bit||before|--b||ü|--b--|behind| => Content-Transfer-Encoding: 7bit||before|--b|Content-Transfer-Encoding: quoted-printable||=FC|--b--|behind|
        |--b \t|Content-Type: x/y||ü|--b||abc |--b|| => |--b \t|Content-Type: x/y|Content-Transfer-Encoding: base64||/A==|--b|Content-Transfer-Encoding: quoted-printable||abc=20|--b|Content-Transfer-Encoding: quoted-printable||
        |--b||ü|||--b-- => |--b|Content-Transfer-Encoding: quoted-printable||=FC|||--b--
        |--b||ü|-|--|--bc|--b-|--b--- | --b|--b--| => |--b|Content-Transfer-Encoding: quoted-printable||=FC|-|--|--bc|--b-|--b---=20| --b|--b--|
        |--b|Content-Transfer-Encoding: 7bit||abc |--b||ü|--b--| => |--b|Content-Transfer-Encoding: 7bit||abc |--b|Content-Transfer-Encoding: quoted-printable||=FC|--b--|
        |--b|Content-Transfer-Encoding: 8bit|--b|Content-Transfer-Encoding: 8bit||--b||ü|--b--| => |--b|Content-Transfer-Encoding: 8bit|--b|Content-Transfer-Encoding: quoted-printable||--b|Content-Transfer-Encoding: quoted-printable||=FC|--b--|
        |--b|Content-Type: multipart/x; boundary=bc|Content-Transfer-Encoding: 8BIT||--bc||ü|--bc--||--b||é|--b--| => |--b|Content-Type: multipart/x; boundary=bc|Content-Transfer-Encoding: 7bit||--bc|Content-Transfer-Encoding: quoted-printable||=FC|--bc--||--b|Content-Transfer-Encoding: quoted-printable||=E9|--b--|
        |--b|Content-Type: multipart/x; boundary=c||--c||ü|--b||é|--c|--b--| => |--b|Content-Type: multipart/x; boundary=c||--c|Content-Transfer-Encoding: quoted-printable||=FC|--b|Content-Transfer-Encoding: quoted-printable||=E9|--c|--b--|
        |--b|Content-Type: message/rfc822|Content-Transfer-Encoding: binary||Subject: x||ü|--b--| => |--b|Content-Type: message/rfc822|Content-Transfer-Encoding: 7bit||Subject: x|MIME-Version: 1.0|Content-Transfer-Encoding: quoted-printable||=FC|--b--|
        |--b|Content-Type: multipart/digest; boundary=d||--d||Subject: x||ü|--d--|--b--| => |--b|Content-Type: multipart/digest; boundary=d||--d||Subject: x|MIME-Version: 1.0|Content-Transfer-Encoding: quoted-printable||=FC|--d--|--b--|
        |--b|Content-Type: multipart/signed; boundary=s|Content-Transfer-Encoding: 8bit||--s|Content-Transfer-Encoding: 8bit||abc|--s--|--b||ü|--b--| => |--b|Content-Type: multipart/signed; boundary=s|Content-Transfer-Encoding: 8bit||--s|Content-Transfer-Encoding: 8bit||abc|--s--|--b|Content-Transfer-Encoding: quoted-printable||=FC|--b--|
        """)
    void theLeavesOfAMultipartAreEncoded(String given, String expected) throws IOException {
        var head = "MIME-Version: 1.0|Content-Type: multipart/mixed; boundary=\"b\"|";

        assertThat(converted(head + given)).isEqualTo(head + expected);
    }

    @Test
    void aLineBreakOfOurOwnMakesNoBoundary() throws IOException {
        var head = "MIME-Version: 1.0|Content-Type: multipart/mixed; boundary=\"b\"||--b|";
        var filled = "x".repeat(72);

        assertThat(converted(head + "|ü" + filled + "--b|--b--|"))
                .isEqualTo(head + "Content-Transfer-Encoding: quoted-printable||=FC" + filled + "=|=2D-b|--b--|");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiterString = " => ", quoteCharacter = '\0', textBlock = """
        a header section => Subject: ü||abc|
        a header section => Content-Type: multipart/x; boundary=b||--b|Content-Description: ü||abc|--b--|
        a header section => Content-Type: multipart/x; boundary=b||--b|Content-Description: ü|--b--|
        a header section => Content-Type: message/rfc822||Subject: ü||abc|
        what is signed => Content-Type: multipart/signed; boundary=b||--b|Content-Transfer-Encoding: 8bit||ü|--b--|
        a part that says it has none => Content-Transfer-Encoding: 7bit||ü|
        a part that says it has none => Content-Transfer-Encoding: quoted-printable||ü|
        a part that says it has none => Content-Transfer-Encoding: x-own||ü|
        a part that is labelled twice => Content-Transfer-Encoding: 8bit|Content-Transfer-Encoding: 7bit||ü|
        a part that is labelled twice => Content-Type: text/plain|Content-Type: text/html||ü|
        a part whose header section is broken => Content-Type: multipart/x; boundary=b||--b|Content-Type: text/plain|no field||ü|--b--|
        a part whose header section is broken => Content-Type: multipart/x; boundary=b||--b|what is this: a field?||ü|--b--|
        a part whose type can't be encoded => Content-Type: message/partial; id=x||Subject: x||ü|
        a part whose type can't be encoded => Content-Type: multipart/x; boundary=b|Content-Transfer-Encoding: base64||--b||ü|--b--|
        a multipart without a boundary => Content-Type: multipart/mixed||--b||ü|--b--|
        the text before the parts of a multipart => Content-Type: multipart/x; boundary=b||ü|--b||abc|--b--|
        the text behind the parts of a multipart => Content-Type: multipart/x; boundary=b||--b||abc|--b--|ü|
        """)
    void whatWouldLoseSomethingIsNotConverted(String place, String given) throws IOException {
        var converter = convert(given, new ByteArrayOutputStream());

        assertThat(converter.eightBit()).isTrue();
        assertThat(converter.obstacle()).contains("there are 8-bit octets in " + place);
    }

    @ParameterizedTest
    @CsvSource({"20, true", "21, false", "100, false"})
    void howDeepItGoesIsBounded(int depth, boolean convertible) throws IOException {
        var given = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            given.append("Content-Type: multipart/x; boundary=b%d||--b%d|".formatted(i, i));
        }

        assertThat(convert(given + "|ü|", new ByteArrayOutputStream())
                        .obstacle()
                        .isEmpty())
                .isEqualTo(convertible);
    }

    @ParameterizedTest
    @CsvSource({"200000, true", "300000, false"})
    void theHeaderSectionOfAPartIsBounded(int length, boolean convertible) throws IOException {
        var given = "Content-Type: multipart/x; boundary=b||--b|X: " + "x".repeat(length) + "||ü|--b||é|--b--|";

        assertThat(convert(given, new ByteArrayOutputStream()).obstacle())
                .isEqualTo(
                        convertible
                                ? Optional.empty()
                                : Optional.of("there are 8-bit octets in a part whose header section is too long"));
    }

    /** In one go, and octet by octet. */
    private static String converted(String given) throws IOException {
        var whole = new ByteArrayOutputStream();
        var converter = convert(given, whole);
        assertThat(converter.obstacle()).isEmpty();
        var bytewise = new ByteArrayOutputStream();
        var again = new SevenBitConverter(bytewise, bytewise);
        byte[] octets = octets(given);
        for (int i = 0; i < octets.length; i++) {
            again.write(octets, i, 1);
        }
        again.finish();
        assertThat(bytewise.toByteArray()).isEqualTo(whole.toByteArray());
        return whole.toString(StandardCharsets.ISO_8859_1).replace("\r\n", "|");
    }

    private static SevenBitConverter convert(String given, ByteArrayOutputStream out) throws IOException {
        var converter = new SevenBitConverter(out, out);
        byte[] octets = octets(given);
        converter.write(octets, 0, octets.length);
        converter.finish();
        return converter;
    }

    private static byte[] octets(String given) {
        return given.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }
}
