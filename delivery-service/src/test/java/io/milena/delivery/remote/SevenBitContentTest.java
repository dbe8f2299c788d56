package io.milena.delivery.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.milena.mail.RelaxedBodyHash;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SevenBitContentTest {
    private static final String HEADER = "Subject: x\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
    private static final String CONVERTED =
            "Subject: x\r\nContent-Transfer-Encoding: quoted-printable\r\nMIME-Version: 1.0\r\n\r\n";
    private static final int CHUNKS = 40;

    @Test
    void isAsLongAsItSaysAndSignedAsItIsSent() throws IOException {
        var hashes = new ArrayList<String>();
        var content = converted(SevenBitContentTest::large, (header, bodyHash) -> {
            assertThat(header).asString(StandardCharsets.ISO_8859_1).isEqualTo(CONVERTED);
            hashes.add(bodyHash);
            return "Signature: y\r\n".getBytes(StandardCharsets.ISO_8859_1);
        });

        var sent = written(content);

        assertThat(content.size()).isEqualTo(sent.length());
        assertThat(sent).startsWith("Signature: y\r\n" + CONVERTED);
        var body = sent.substring(sent.indexOf("\r\n\r\n") + 4);
        var hash = new RelaxedBodyHash();
        hash.update(body.getBytes(StandardCharsets.ISO_8859_1), 0, body.length());
        assertThat(hashes).containsExactly(hash.finish());
        assertThat(written(content)).as("the second time").isEqualTo(sent);
        assertThat(content.sevenBit()).isInstanceOf(Content.AsItIs.class);
    }

    @Test
    void whatCannotBeReadIsNotTheRemotesFault() {
        assertThatExceptionOfType(Content.Unreadable.class)
                .isThrownBy(() -> converted(
                        sink -> {
                            throw new IOException("gone");
                        },
                        (header, bodyHash) -> new byte[0]))
                .withMessage("gone");
    }

    @Test
    void itIsReadOnceToKnowAndOnceForEachSending() throws IOException {
        var readings = new AtomicInteger();
        var content = converted(
                sink -> {
                    readings.incrementAndGet();
                    large(sink);
                },
                (header, bodyHash) -> new byte[0]);
        assertThat(readings).hasValue(1);

        written(content);

        assertThat(readings).hasValue(2);
    }

    private static Content converted(SevenBitContent.Original original, SevenBitContent.OnTop onTop)
            throws Content.Unreadable {
        return ((Content.Converted) SevenBitContent.of(original, onTop)).content();
    }

    /** Some mebibytes, in chunks. */
    private static void large(Content.Sink sink) throws IOException {
        byte[] header = HEADER.getBytes(StandardCharsets.UTF_8);
        byte[] chunk = "ü and = \r\n".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        sink.accept(header, 0, header.length);
        for (int i = 0; i < CHUNKS; i++) {
            sink.accept(chunk, 0, chunk.length);
        }
    }

    private static String written(Content content) throws IOException {
        var sent = new ByteArrayOutputStream();
        content.writeTo(sent::write);
        return sent.toString(StandardCharsets.ISO_8859_1);
    }
}
