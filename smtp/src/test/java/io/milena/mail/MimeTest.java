package io.milena.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MimeTest {
    @Test
    void quotedPrintableGivesBackAnyOctetsInLinesThatAreShortAndPlain() {
        var random = new Random(2045);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[random.nextInt(400)];
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = (byte)
                        (random.nextBoolean() ? "\r\n\r\n =\t\0aé".charAt(random.nextInt(10)) : random.nextInt());
            }
            byte[] encoded = QuotedPrintable.encode(bytes);

            assertThat(QuotedPrintable.decode(encoded)).isEqualTo(bytes);
            assertThat(new String(encoded, StandardCharsets.ISO_8859_1).split("\r\n"))
                    .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(76))
                    .allMatch(line -> line.matches("([!-~ \t]*[!-~])?"));
        }
    }

    @Test
    void contentTypes() {
        assertThat(ContentType.parse(
                        "Multipart/Report (x;y); Boundary = \"a\\\"b;c\" ; report-type=delivery-status; ; junk; x=1=2"))
                .isEqualTo(new ContentType(
                        "multipart/report",
                        Map.of("boundary", "a\"b;c", "report-type", "delivery-status", "x", "1=2")));
        assertThat(ContentType.parse("")).isEqualTo(new ContentType("", Map.of()));
        assertThat(ContentType.parse("\"((;=\\")).isNotNull();
    }
}
