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
import net.jqwik.api.Tuple;

class DotDecoderPropertyTest {
    @Property(tries = 5000)
    void decodesAsTheSlowDecoderDoesHoweverTheSegmentsFall(
            @ForAll("received") String received, @ForAll("cuts") List<Integer> cuts) {
        var octets = SlowDotDecoder.octets(received + "\r\n.\r\nNOOP\r\n");
        var decoder = new DotDecoder(ContentDecoder.BareNewline.NORMALIZE);
        var decoded = new ByteArrayOutputStream();
        int at = 0;
        int used = 0;
        for (int i = 0; at < octets.length && !decoder.ended(); i++) {
            int to = Math.min(octets.length, at + cuts.get(i % cuts.size()));
            used = decoder.decode(octets, at, to, decoded::write);
            at = to;
        }
        var whole = new String(octets, StandardCharsets.ISO_8859_1);
        assertThat(decoder.ended()).isTrue();
        assertThat(used).isEqualTo(SlowDotDecoder.endOf(whole));
        assertThat(decoded.toString(StandardCharsets.ISO_8859_1)).isEqualTo(SlowDotDecoder.decode(whole));
    }

    @Property(tries = 1000)
    void givesBackWhatWasStuffed(@ForAll("lines") List<String> lines) {
        var content = lines.isEmpty() ? "" : String.join("\r\n", lines) + "\r\n";
        var stuffed = new StringBuilder();
        content.lines()
                .forEach(line -> stuffed.append(line.startsWith(".") ? "." : "")
                        .append(line)
                        .append("\r\n"));
        var octets = SlowDotDecoder.octets(stuffed + ".\r\n");
        var decoded = new ByteArrayOutputStream();
        var decoder = new DotDecoder(ContentDecoder.BareNewline.REJECT);
        decoder.decode(octets, 0, octets.length, decoded::write);
        assertThat(decoder.fault()).isEmpty();
        assertThat(decoded.toString(StandardCharsets.ISO_8859_1)).isEqualTo(content);
    }

    /** Mostly the octets that matter. */
    @Provide
    Arbitrary<String> received() {
        return Arbitraries.frequencyOf(
                        Tuple.of(3, Arbitraries.of("\r\n", "\r\n.", ".")),
                        Tuple.of(2, Arbitraries.of("\r", "\n")),
                        Tuple.of(2, Arbitraries.of("a", " ", "\u00ff", "ab")))
                .list()
                .ofMaxSize(40)
                .map(pieces -> String.join("", pieces));
    }

    @Provide
    Arbitrary<List<Integer>> cuts() {
        return Arbitraries.integers().between(1, 9).list().ofMinSize(1).ofMaxSize(12);
    }

    @Provide
    Arbitrary<List<String>> lines() {
        return Arbitraries.strings().withChars(".ab ").ofMaxLength(5).list().ofMaxSize(20);
    }
}
