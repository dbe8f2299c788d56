package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.ReceivedMail;
import io.milena.stories.harness.Story;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A body arrives as it was sent, octet by octet; header fields may be added, but none is changed. */
@Told
class OctetsIT {
    private static final int MIB = 1024 * 1024;

    @Test
    void eightBitTextArrivesAsItIs(Story story) throws IOException {
        var body = "Grüße, 你好, \u00a0 and octets that are no UTF-8: ".getBytes(StandardCharsets.UTF_8);
        var octets = new ByteArrayOutputStream();
        octets.writeBytes(body);
        for (int octet = 0x80; octet < 0x100; octet++) {
            octets.write(octet);
        }
        octets.writeBytes(new byte[] {'\t', ' ', '\r', '\n'});

        var mail = send(story, "eight-bit.octets.test", octets.toByteArray());

        assertThat(mail.body()).isEqualTo(octets.toByteArray());
        assertThat(mail.mailLine()).contains("BODY=8BITMIME");
    }

    @Test
    void linesOfDotsArriveAsTheyAre(Story story) throws IOException {
        var body = ".\r\n..\r\n...\r\n.a\r\n\r\n.\r\n\r\n.. .\r\n".getBytes(StandardCharsets.US_ASCII);

        assertThat(send(story, "dots.octets.test", body).body()).isEqualTo(body);
    }

    @Test
    void anEmptyBodyArrives(Story story) throws IOException {
        assertThat(send(story, "empty.octets.test", new byte[0]).body()).isEmpty();
    }

    @Test
    void bodiesAroundTheInlineLimitArrive(Story story) throws IOException {
        for (int size : new int[] {255 * 1024, 256 * 1024, 257 * 1024, 512 * 1024 + 1}) {
            var body = lines(size, size);
            assertThat(send(story, "s" + size + ".octets.test", body).body()).isEqualTo(body);
        }
    }

    @Test
    void twentyFiveMebibytesArrive(Story story) throws IOException {
        var body = lines(25 * MIB, 42);

        var mail = send(story, "large.octets.test", body);

        // Not by AssertJ's comparison: a difference would be printed whole.
        assertThat(Arrays.mismatch(mail.body(), body)).isEqualTo(-1);
    }

    @Test
    void moreThanTheLimitIsRefusedBeforeAndAfterItWasSent(Story story) throws IOException {
        try (var client = story.platform().client()) {
            var announced = client.command("MAIL FROM:<app@sender.test> SIZE=" + 31 * MIB);
            assertThat(announced.code()).isEqualTo(552);
            var content = Content.of("app@sender.test", "x@large.octets.test", "Large", lines(31 * MIB, 1));
            var sent = client.send("app@sender.test", List.of("x@large.octets.test"), content);
            assertThat(sent.end().code()).isEqualTo(552);
            assertThat(client.command("NOOP").code()).as("the session goes on").isEqualTo(250);
        }
    }

    private static ReceivedMail send(Story story, String domain, byte[] body) throws IOException {
        var mx = story.stage().exchangerFor(domain);
        var content = Content.of("app@sender.test", "reader@" + domain, "Octets", body);
        try (var client = story.platform().client()) {
            var sent = client.sendWith(
                    "MAIL FROM:<app@sender.test> BODY=8BITMIME SIZE=" + content.length,
                    List.of("RCPT TO:<reader@" + domain + ">"),
                    content);
            assertThat(sent.end().code()).as(sent.end().toString()).isEqualTo(250);
        }
        var mail = mx.awaitMailFor("reader@" + domain);
        for (var field : Content.headerSection(content).split("\r\n")) {
            assertThat(mail.headerSection()).contains(field + "\r\n");
        }
        return mail;
    }

    /** Lines of all octets but CR, LF and NUL, many of which begin with a dot; ends in CRLF. */
    private static byte[] lines(int size, long seed) {
        var random = new Random(seed);
        var body = new byte[size];
        int column = 0;
        for (int i = 0; i < size - 2; i++) {
            if (column >= 76 && i < size - 4) {
                body[i] = '\r';
                body[++i] = '\n';
                column = 0;
                continue;
            }
            int octet = random.nextInt(256);
            if (column == 0 && octet < 64) {
                octet = '.';
            } else if (octet == 0 || octet == '\r' || octet == '\n') {
                octet = 'x';
            }
            body[i] = (byte) octet;
            column++;
        }
        body[size - 2] = '\r';
        body[size - 1] = '\n';
        return body;
    }
}
