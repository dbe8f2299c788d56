package io.milena.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DotDecoderTest {
    private static String decode(DotDecoder decoder, String received) {
        var octets = received.getBytes(StandardCharsets.ISO_8859_1);
        var decoded = new ByteArrayOutputStream();
        decoder.decode(octets, 0, octets.length, decoded::write);
        return decoded.toString(StandardCharsets.ISO_8859_1);
    }

    private static String unescape(String text) {
        return text.replace("R", "\r").replace("N", "\n").replace("0", "\0");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "aRN.RN, aRN",
                ".RN, ''",
                "..RN.RN, .RN",
                ".aRN.RN, aRN",
                "aN.NbRN.RN, aRN.RNbRN",
                "aR.RbRN.RN, aRN.RNbRN",
                "aRN.NbRN.RN, aRNRNbRN",
                "aRN.RbRN.RN, aRNRNbRN",
                "aRRNb.RN.RN, aRNRNb.RN",
                "aN.RNbRN.RN, aRN.RNbRN",
            })
    void theEndIsOneDotBetweenTwoLineEnds(String received, String content) {
        var decoder = new DotDecoder(ContentDecoder.BareNewline.NORMALIZE);
        assertThat(decode(decoder, unescape(received))).isEqualTo(unescape(content));
        assertThat(decoder.ended()).isTrue();
        assertThat(decoder.fault()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"aNb, true", "aRb, true", "aRNb, false", "RN.N, true"})
    void strayNewlinesCanBeRefused(String received, boolean refused) {
        var decoder = new DotDecoder(ContentDecoder.BareNewline.REJECT);
        decode(decoder, unescape(received) + "\r\n.\r\n");
        assertThat(decoder.ended()).isTrue();
        assertThat(decoder.fault().isPresent()).isEqualTo(refused);
    }

    @Test
    void aNulIsRefusedAndTheEndStillFound() {
        var decoder = new DotDecoder(ContentDecoder.BareNewline.NORMALIZE);
        decode(decoder, "a\0b\r\n.\r\n");
        assertThat(decoder.ended()).isTrue();
        assertThat(decoder.fault()).contains(Replies.CONTENT_HAS_NUL);
    }

    @Test
    void octetsBeyondAsciiAreNoticed() {
        var seven = new DotDecoder(ContentDecoder.BareNewline.NORMALIZE);
        decode(seven, "abc\r\n.\r\n");
        assertThat(seven.eightBit()).isFalse();
        var eight = new DotDecoder(ContentDecoder.BareNewline.NORMALIZE);
        decode(eight, "ab\u00e9c\r\n.\r\n");
        assertThat(eight.eightBit()).isTrue();
    }

    @Test
    void whatFollowsTheEndIsLeftAlone() {
        var decoder = new DotDecoder(ContentDecoder.BareNewline.NORMALIZE);
        var octets = "a\r\n.\r\nQUIT\r\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(decoder.decode(octets, 0, octets.length, (bytes, offset, length) -> {}))
                .isEqualTo(6);
        assertThat(decoder.decode(octets, 6, octets.length, (bytes, offset, length) -> {}))
                .isEqualTo(6);
    }
}
