package io.milena.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.milena.smtp.ContentDecoder.BareNewline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** {@link DotDecoder} against {@link SlowDotDecoder}: any octets in any pieces. */
class DotDecoderFuzzTest {
    /** The result of decoding: {@code used} octets of the input, {@code decoded} ones given out. */
    private record Decoded(int used, boolean ended, String decoded, boolean eightBit, Optional<Reply> fault) {}

    @FuzzTest
    void decodesAsTheSlowDecoderDoes(byte[] input) throws IOException {
        var segments = Segments.of(input);
        var received = text(segments.octets());
        for (var bareNewline : BareNewline.values()) {
            var inPieces = decode(segments, bareNewline);
            var whole = decode(new Segments(new byte[0], segments.octets()), bareNewline);
            assertThat(inPieces).isEqualTo(whole);
            check(whole, received, bareNewline);
        }
        assertThat(text(segments.octets())).as("the input is only read").isEqualTo(received);
    }

    private static Decoded decode(Segments segments, BareNewline bareNewline) {
        var decoder = new DotDecoder(bareNewline);
        var out = new ByteArrayOutputStream();
        var used = new int[1];
        segments.each((from, to) -> {
            used[0] = decoder.decode(segments.octets(), from, to, out::write);
            assertThat(used[0]).isEqualTo(decoder.ended() ? used[0] : to);
            return !decoder.ended();
        });
        assertThat(decoder.decode(segments.octets(), used[0], used[0], out::write))
                .isEqualTo(used[0]);
        return new Decoded(used[0], decoder.ended(), text(out.toByteArray()), decoder.eightBit(), decoder.fault());
    }

    private static void check(Decoded got, String received, BareNewline bareNewline) throws IOException {
        int end = SlowDotDecoder.endOf(received);
        assertThat(got.ended()).isEqualTo(end >= 0);
        assertThat(got.used()).isEqualTo(end >= 0 ? end : received.length());
        if (got.ended()) {
            assertThat(got.decoded()).isEqualTo(SlowDotDecoder.decode(received));
        } else {
            assertThat(SlowDotDecoder.decode(received + "\r\n.\r\n")).startsWith(got.decoded());
        }
        // A stray CR or LF grows by one octet, and nothing else grows.
        assertThat(got.decoded().length()).isLessThanOrEqualTo(2 * got.used());

        var content = received.substring(0, got.used());
        assertThat(got.eightBit()).isEqualTo(content.chars().anyMatch(c -> c >= 0x80));
        boolean nul = content.indexOf('\0') >= 0;
        // A CR at the very end may still become a CRLF.
        var settled = got.ended() || !content.endsWith("\r") ? content : content.substring(0, content.length() - 1);
        var strays = settled.replace("\r\n", "");
        boolean bare = bareNewline == BareNewline.REJECT && (strays.indexOf('\r') >= 0 || strays.indexOf('\n') >= 0);
        assertThat(got.fault().isPresent()).isEqualTo(nul || bare);
        got.fault().ifPresent(reply -> {
            WellFormed.assertReply(reply);
            assertThat(reply)
                    .isIn(
                            nul ? Replies.CONTENT_HAS_NUL : Replies.CONTENT_HAS_BARE_NEWLINE,
                            bare ? Replies.CONTENT_HAS_BARE_NEWLINE : Replies.CONTENT_HAS_NUL);
        });

        if (got.ended()) {
            assertThat(got.decoded()).matches("(?s)|.*\r\n");
            assertThat(relayed(got.decoded())).isEqualTo(got.decoded());
        }
    }

    /** The content as the next hop decodes it. */
    private static String relayed(String content) throws IOException {
        var wire = new ByteArrayOutputStream();
        var stuffing = new DotStuffing(wire);
        stuffing.write(SlowDotDecoder.octets(content), 0, content.length());
        stuffing.finish();
        var got = decode(new Segments(new byte[0], wire.toByteArray()), BareNewline.REJECT);
        assertThat(got.used()).isEqualTo(wire.size());
        assertThat(got.fault()).isNotEqualTo(Optional.of(Replies.CONTENT_HAS_BARE_NEWLINE));
        return got.decoded();
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }
}
