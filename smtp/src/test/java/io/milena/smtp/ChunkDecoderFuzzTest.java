package io.milena.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.milena.smtp.ContentDecoder.BareNewline;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * {@link ChunkDecoder}: the first line of the input says how long the chunks are ('@' is one of none), the second the
 * segments.
 */
class ChunkDecoderFuzzTest {
    @FuzzTest
    void givesTheContentHoweverChunksAndSegmentsFall(byte[] input) {
        var chunks = Segments.of(input);
        var segments = Segments.of(chunks.octets());
        var octets = segments.octets();
        var content = new String(octets, StandardCharsets.ISO_8859_1);
        for (var bareNewline : BareNewline.values()) {
            var decoder = new ChunkDecoder(bareNewline);
            var out = new ByteArrayOutputStream();
            int at = 0;
            int segment = 0;
            for (int i = 0; i <= chunks.lengths().length; i++) {
                boolean last = i == chunks.lengths().length;
                int end = last ? octets.length : Math.min(octets.length, at + (chunks.lengths()[i] & 31));
                decoder.begin(end - at, last);
                do {
                    int length = segments.lengths().length == 0
                            ? octets.length
                            : Math.max(1, segments.lengths()[segment++ % segments.lengths().length] & 31);
                    int to = Math.min(octets.length, at + length);
                    int used = decoder.decode(octets, at, to, out::write);
                    assertThat(used).isEqualTo(Math.min(to, end));
                    at = used;
                } while (!decoder.chunkEnded());
                assertThat(at).isEqualTo(end);
                assertThat(decoder.ended()).isEqualTo(last);
            }
            // Octets that follow are no content.
            assertThat(decoder.decode(new byte[] {'.', '\r', '\n'}, 0, 3, out::write))
                    .isZero();

            var mended = SlowDotDecoder.mended(content);
            var expected = mended.isEmpty() || mended.endsWith("\r\n") ? mended : mended + "\r\n";
            assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(expected);
            assertThat(decoder.eightBit()).isEqualTo(content.chars().anyMatch(c -> c >= 0x80));
            boolean nul = content.indexOf('\0') >= 0;
            var strays = content.replace("\r\n", "");
            boolean bare =
                    bareNewline == BareNewline.REJECT && (strays.indexOf('\r') >= 0 || strays.indexOf('\n') >= 0);
            assertThat(decoder.fault().isPresent()).isEqualTo(nul || bare);
        }
    }
}
