package io.milena.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderScannerTest {
    /** Fields and body of a content that arrives in pieces of this size; "/" stands for CRLF. */
    private static String split(String content, int piece) {
        var octets = content.replace("/", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        var scanner = new HeaderScanner();
        var body = new StringBuilder();
        for (int from = 0; from < octets.length; from += piece) {
            int to = Math.min(octets.length, from + piece);
            boolean scanning = scanner.state() == HeaderScanner.State.SCANNING;
            int used = scanner.scan(octets, from, to);
            if (scanning && scanner.state() == HeaderScanner.State.COMPLETE) {
                body.append(new String(scanner.bodyStart(), StandardCharsets.ISO_8859_1));
            }
            body.append(new String(octets, used, to - used, StandardCharsets.ISO_8859_1));
        }
        if (scanner.state() == HeaderScanner.State.SCANNING) {
            scanner.end();
            body.append(new String(scanner.bodyStart(), StandardCharsets.ISO_8859_1));
        }
        return (new String(scanner.fields(), StandardCharsets.ISO_8859_1) + "|" + body).replace("\r\n", "/");
    }

    @ParameterizedTest
    @CsvSource({
        "A: b//c/, A: b/|c/",
        "A: b/ more//c/, A: b/ more/|c/",
        "A : b//c/, A : b/|c/",
        "A: b/, A: b/|''",
        "A: b/text: no/more/, A: b/text: no/|more/",
        "A: b/no field/c/, A: b/|no field/c/",
        "A: b/From x@y Mon/c/, A: b/|From x@y Mon/c/",
        "From x@y Mon/A: b//c/, A: b/|c/",
        "From x@y Mon/>From y Tue/A: b//c/, A: b/|c/",
        "From x: y/A: b//c/, A: b/|c/",
        "'From : x//c/', 'From : x/|c/'",
        "from x@y Mon/A: b/, |from x@y Mon/A: b/",
        "From x@y Mon, |",
        "\u00ef\u00bb\u00bfA: b//c/, A: b/|c/",
        "\u00ef\u00bb\u00bfFrom x Mon/A: b//c/, A: b/|c/",
        "\u00ef\u00bbA: b/, |\u00ef\u00bbA: b/",
        "\u00ef, |\u00ef",
        "//x/, |/x/",
        "/x/, |x/",
        "' x/', '| x/'",
        ": x/, |: x/",
        "A: b/X, A: b/|X",
        "A:///, A:/|/",
        "A: b, A: b|''",
        "'', |",
    })
    void theSectionEndsWhereTheFieldsEnd(String content, String expected) {
        for (int piece : new int[] {1, 2, 3, 1000}) {
            var plain = content.equals("''") ? "" : content;
            assertThat(split(plain, piece)).as("in pieces of " + piece).isEqualTo(expected.replace("''", ""));
        }
    }

    @Test
    void aSectionHasALimit() {
        var scanner = new HeaderScanner();
        var line = "X: ".concat("y".repeat(1000)).concat("\r\n").getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < 300; i++) {
            scanner.scan(line, 0, line.length);
        }
        assertThat(scanner.state()).isEqualTo(HeaderScanner.State.TOO_LARGE);
    }

    @Test
    void fieldsHaveALimit() {
        var scanner = new HeaderScanner();
        var line = "X: y\r\n".getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < 1000; i++) {
            scanner.scan(line, 0, line.length);
        }
        assertThat(scanner.state()).isEqualTo(HeaderScanner.State.SCANNING);
        scanner.scan(line, 0, line.length);
        assertThat(scanner.state()).isEqualTo(HeaderScanner.State.TOO_MANY_FIELDS);
    }
}
