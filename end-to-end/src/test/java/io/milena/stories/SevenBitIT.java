package io.milena.stories;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.ReceivedMail;
import io.milena.stories.harness.Story;
import io.milena.topics.Outcome;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A host that takes seven bits only gets content that decodes to the original, or nothing. */
@Told
class SevenBitIT {
    private static final String TEXT = "Grüße, 你好, \u00a0 = \r\n.dots\r\n--no boundary\r\n" + "ü".repeat(400) + "\r\n";

    @Test
    void eightBitTextSaysTheSame(Story story) throws IOException, MessagingException {
        // Within a record, and in separate chunks.
        for (int times : new int[] {1, 2000}) {
            var body = TEXT.repeat(times).getBytes(UTF_8);
            var domain = "x" + times + ".seven-bit.test";
            var mx = story.stage().exchangerFor(domain).withoutEightBitMime();

            story.platform()
                    .submit(
                            "app@sender.test",
                            List.of("reader@" + domain),
                            Content.of("app@sender.test", "reader@" + domain, "Seven", body));

            var mail = mx.awaitMailFor("reader@" + domain);
            assertSevenBit(mail);
            assertThat(mail.parsed().getEncoding()).isEqualTo("quoted-printable");
            assertThat(Arrays.mismatch(mail.parsed().getInputStream().readAllBytes(), body))
                    .isEqualTo(-1);
        }
    }

    @Test
    void whatIsSignedIsNotBroken(Story story) throws IOException {
        var senders = story.stage().exchangerFor("sender.signed-part.test");
        story.stage().exchangerFor("signed-part.test").withoutEightBitMime();
        var content = """
                From: <app@sender.signed-part.test>
                Subject: Signed
                MIME-Version: 1.0
                Content-Type: multipart/signed; boundary=b; micalg=pgp-sha256; protocol="application/pgp-signature"

                --b
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 8bit

                Grüße
                --b
                Content-Type: application/pgp-signature

                none
                --b--
                """.replace("\n", "\r\n").getBytes(UTF_8);

        var id = story.platform().submit("app@sender.signed-part.test", List.of("x@signed-part.test"), content);

        var outcome = story.outcomes().await(id, "x@signed-part.test", Outcome.Type.BOUNCED);
        assertThat(outcome.status()).isEqualTo("5.6.3");
        assertThat(new String(
                        senders.awaitMailFor("app@sender.signed-part.test").content(), UTF_8))
                .contains("5.6.3")
                .contains("does not take 8-bit content");
    }

    private static void assertSevenBit(ReceivedMail mail) {
        assertThat(mail.mailLine()).doesNotContain("BODY=");
        boolean eightBit = false;
        int length = 0;
        int longest = 0;
        for (byte octet : mail.content()) {
            eightBit |= octet < 0;
            length = octet == '\n' ? 0 : length + 1;
            longest = Math.max(longest, length);
        }
        assertThat(eightBit).isFalse();
        assertThat(longest).isLessThanOrEqualTo(998);
    }
}
