package io.milena.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ChunkDecoderPropertyTest {
    @Property(tries = 5000)
    void givesWhatDataGivesHoweverChunksAndSegmentsFall(
            @ForAll("content") String content,
            @ForAll("lengths") List<Integer> chunks,
            @ForAll("lengths") List<Integer> segments) {
        var octets = octets(content);
        var decoder = new ChunkDecoder(ContentDecoder.BareNewline.NORMALIZE);
        var decoded = new ByteArrayOutputStream();
        int at = 0;
        int segment = 0;
        for (int i = 0; !decoder.ended(); i++) {
            int end = Math.min(octets.length, at + chunks.get(i % chunks.size()));
            decoder.begin(end - at, end == octets.length);
            do {
                // A segment may hold more than the chunk: what is behind it is not touched.
                int to = Math.min(octets.length, at + segments.get(segment++ % segments.size()));
                at = decoder.decode(octets, at, to, decoded::write);
            } while (!decoder.chunkEnded());
            assertThat(at).isEqualTo(end);
        }
        assertThat(decoded.toString(StandardCharsets.ISO_8859_1)).isEqualTo(byData(content));
    }

    /** The content sent by DATA, with dots at line starts doubled. */
    private static String byData(String content) {
        var lines = ("\r\n" + content).replace("\r\n.", "\r\n..").substring(2);
        // A CR or LF that ends the content alone is an end of line; a line without an end gets one.
        var open = lines.endsWith("\r\n") ? lines : lines.replaceFirst("[\r\n]\\z", "") + "\r\n";
        var octets = octets((lines.isEmpty() ? "" : open) + ".\r\n");
        var decoder = new DotDecoder(ContentDecoder.BareNewline.NORMALIZE);
        var decoded = new ByteArrayOutputStream();
        assertThat(decoder.decode(octets, 0, octets.length, decoded::write)).isEqualTo(octets.length);
        return decoded.toString(StandardCharsets.ISO_8859_1);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Provide
    Arbitrary<String> content() {
        return Arbitraries.of("\r\n", ".", "\r", "\n", "a", "\u00ff", "\r\n.\r\n")
                .list()
                .ofMaxSize(30)
                .map(pieces -> String.join("", pieces));
    }

    @Provide
    Arbitrary<List<Integer>> lengths() {
        return Arbitraries.integers().between(1, 9).list().ofMinSize(1).ofMaxSize(12);
    }
}
